// Input screening of a request that its schemas accept: each text by the context that its schema declares and by the
// validators that are configured. A refusal points at the places and says what they look like; findings go to the
// audit with class, place and score alone.
import type { Operation } from "../api/operation.ts";
import { configure, type Env } from "../config.ts";
import type { Composite } from "../defence/composite.ts";
import type { AttackClass, Finding } from "../defence/finding.ts";
import { decide, type Screening } from "../defence/screen.ts";
import type { TextContext } from "../schema/context.ts";
import type { Actor, RequestContext } from "../schema/messages/request.ts";
import type { FindingNote, ScreeningNote } from "../schema/messages/screening.ts";
import { type Refusal, refuse } from "../schema/result.ts";
import { isScreenedField, type TextField, textFieldsOf } from "../schema/text-fields.ts";
import { strangersFor } from "./strangers.ts";
import { escapeStep } from "./validate.ts";

/** Of one request, at most so many are recorded and answered. */
const FINDINGS_MAX = 10;
/** Remote validators are asked about so many texts one by one; about whatever else there is, all in one. */
const ASKED_SINGLY_MAX = 8;
const UNAVAILABLE_SECONDS = 5;

const LOOKS: Readonly<Record<AttackClass, string>> = {
  sqli: "looks like SQL injection",
  xss: "looks like script injection",
  path: "looks like path traversal",
  cmd: "looks like command injection",
  ldap: "looks like LDAP injection",
  prompt: "looks like instructions to a language model",
  encoding: "is encoded in a way that hides what it says",
  alphabet: "holds characters that do not belong here",
  content: "is not wanted here",
  unchecked: "could not be checked",
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

interface Asked {
  readonly text: string;
  readonly pointer: string;
  readonly context: TextContext;
  readonly found: readonly Finding[];
}

/** What all findings of one request come to. */
class Notes {
  readonly #findings: FindingNote[] = [];
  readonly #refused: FindingNote[] = [];

  add({ findings, verdict }: Screening, pointer: string): void {
    for (const { class: name, score } of findings) {
      const note = { class: name, pointer, score: Math.round(score * 1000) / 1000 };
      this.#findings.push(note);
      if (verdict === "refuse") this.#refused.push(note);
    }
  }

  /** Null where nothing was found. */
  settle(operation: string): Screened | null {
    if (this.#findings.length === 0) return null;
    const refused = this.#refused.length > 0;
    const findings = worst(refused ? this.#refused : this.#findings);
    return { note: { operation, refused, findings }, refusal: refused ? refusalFor(findings) : null };
  }
}

/** Null where nothing was found; a promise only where somebody has to be asked. Without text it costs nothing. */
export function screenInputs(
  id: string,
  operation: Operation,
  inputs: Inputs,
  composite: Composite,
): Screened | null | Promise<Screened | null> {
  const plan = plans.get(operation) ?? planOf(operation);
  if (plan.length === 0) return null;
  const notes = new Notes();
  const asked: Asked[] = [];
  for (const { part, root, fields } of plan) {
    for (const { path, context } of fields) {
      eachText(inputs[part], path, 0, root, (text, pointer) => {
        const screening = composite.screen(text, context!);
        if (text !== "" && screening.verdict !== "refuse" && composite.asks(context!))
          asked.push({ text, pointer, context: context!, found: screening.findings });
        else notes.add(screening, pointer);
      });
    }
  }
  return asked.length === 0 ? notes.settle(id) : screenRemotely(id, asked, notes, composite);
}

async function screenRemotely(
  id: string,
  asked: readonly Asked[],
  notes: Notes,
  composite: Composite,
): Promise<Screened | null> {
  const bundles = asked.length > ASKED_SINGLY_MAX ? bundled(asked, notes) : asked;
  await Promise.all(
    bundles.map(async ({ text, context, found, pointer }) =>
      notes.add(await composite.screenRemotely(text, context, found), pointer),
    ),
  );
  return notes.settle(id);
}

/** The first ones by themselves, the rest as one text that stands for the whole body; what was found stays found. */
function bundled(asked: readonly Asked[], notes: Notes): Asked[] {
  const rest = asked.slice(ASKED_SINGLY_MAX - 1);
  for (const { context, found, pointer } of rest) notes.add(decide(context, found), pointer);
  const text = rest.map((one) => one.text).join("\n\n");
  const bundle: Asked = { text, pointer: "", context: "free_text", found: [] };
  return [...asked.slice(0, ASKED_SINGLY_MAX - 1), bundle];
}

const worst = (findings: readonly FindingNote[]): FindingNote[] =>
  findings.toSorted((a, b) => b.score - a.score).slice(0, FINDINGS_MAX);

function refusalFor(findings: readonly FindingNote[]): Refusal {
  if (findings.every((finding) => finding.class === "unchecked")) {
    const rule = "screening_unchecked";
    return refuse("unavailable", { rule, retry_after_seconds: UNAVAILABLE_SECONDS }).refusal;
  }
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
