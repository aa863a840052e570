// Input screening of a request that its schemas accept: each text by the context that its schema declares. A refusal
// points at the places and says what they look like; findings go to the audit with class, place and score alone.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import type { AttackClass } from "../defence/detect.ts";
import { screen } from "../defence/screen.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import type { FindingNote, ScreeningNote } from "../schema/messages/screening.ts";
import { type Refusal, refuse } from "../schema/result.ts";
import { isScreenedField, type TextField, textFieldsOf } from "../schema/text-fields.ts";
import { strangersFor } from "./strangers.ts";
import { escapeStep } from "./validate.ts";

/** Of one request, at most so many are recorded and answered. */
const FINDINGS_MAX = 10;

const LOOKS: Readonly<Record<AttackClass, string>> = {
  sqli: "looks like SQL injection",
  xss: "looks like script injection",
  path: "looks like path traversal",
  cmd: "looks like command injection",
  ldap: "looks like LDAP injection",
  prompt: "looks like instructions to a language model",
  encoding: "is encoded in a way that hides what it says",
  alphabet: "holds characters that do not belong here",
};

interface Inputs {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export interface Screened {
  readonly note: ScreeningNote;
  readonly refusal: Refusal | null;
}

type Plan = readonly {
  readonly part: keyof Inputs;
  readonly root: string;
  readonly fields: readonly TextField[];
}[];
const ROOTS = { params: "/path", query: "/query", body: "" } as const;
const plans = new WeakMap<Operation, Plan>();

/** Hands what was found to the shard that knows the caller's address, after the answer. */
export async function noteScreening(
  { note }: Screened,
  actor: Actor | null,
  context: RequestContext,
  env: Env,
): Promise<void> {
  const shard = await strangersFor(context.source.address, configure(env), env);
  if (!actor) return shard.noteScreening("main", note, context);
  const { workspace, principal_id, session_id } = actor;
  return shard.noteScreening(workspace, note, { ...context, principal_id, session_id });
}

/** Null where nothing was found. No operation's plan is made twice; without text it is empty. */
export function screenInputs(id: string, operation: Operation, inputs: Inputs): Screened | null {
  const plan = plans.get(operation) ?? planOf(operation);
  if (plan.length === 0) return null;
  const findings: FindingNote[] = [];
  const refused: FindingNote[] = [];
  for (const { part, root, fields } of plan) {
    for (const { path, context } of fields) {
      eachText(inputs[part], path, 0, root, (text, pointer) => {
        const screening = screen(text, context!);
        for (const { class: name, score } of screening.findings) {
          const note = { class: name, pointer, score: Math.round(score * 1000) / 1000 };
          findings.push(note);
          if (screening.verdict === "refuse") refused.push(note);
        }
      });
    }
  }
  if (findings.length === 0) return null;
  const isRefused = refused.length > 0;
  const note = { operation: id, refused: isRefused, findings: worst(isRefused ? refused : findings) };
  return { note, refusal: isRefused ? refusalFor(note.findings) : null };
}

const worst = (findings: readonly FindingNote[]): FindingNote[] =>
  findings.toSorted((a, b) => b.score - a.score).slice(0, FINDINGS_MAX);

function refusalFor(findings: readonly FindingNote[]): Refusal {
  const errors = findings.map(({ pointer, class: name }) => ({
    pointer,
    detail: LOOKS[name as AttackClass],
  }));
  return refuse("input_refused", { rule: `screening_${findings[0]!.class}`, errors }).refusal;
}

function planOf(operation: Operation): Plan {
  const parts = ["params", "query", "body"] as const;
  const plan = parts.flatMap((part) => {
    const schema = operation[part];
    const fields = schema ? textFieldsOf(schema).filter(isScreenedField) : [];
    return fields.length > 0 ? [{ part, root: ROOTS[part], fields }] : [];
  });
  plans.set(operation, plan);
  return plan;
}

/** Calls `each` with every text that a path leads to, and its JSON pointer (RFC 6901). */
function eachText(
  value: unknown,
  path: readonly string[],
  depth: number,
  pointer: string,
  each: (text: string, pointer: string) => void,
): void {
  if (depth === path.length) {
    if (typeof value === "string") each(value, pointer);
  } else if (typeof value === "object" && value !== null) {
    const step = path[depth]!;
    const names = step === "*" ? Object.keys(value) : Object.hasOwn(value, step) ? [step] : [];
    for (const name of names) {
      const member = (value as Record<string, unknown>)[name];
      eachText(member, path, depth + 1, `${pointer}/${escapeStep(name)}`, each);
    }
  }
}
