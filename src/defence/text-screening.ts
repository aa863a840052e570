// Several texts as one decision: each is judged in its context by all validators, the findings of all are noted with
// their places, and one that is refused refuses the whole. Findings carry class, place and score, never the text.
import type { TextContext } from "../schema/context.ts";
import type { FindingNote } from "../schema/messages/screening.ts";
import { type Refusal, refuse } from "../schema/result.ts";
import type { Composite } from "./composite.ts";
import type { AttackClass, Finding } from "./finding.ts";
import { decide, type Screening } from "./screen.ts";

/** At most so many are noted and answered, the worst. */
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

/** What all texts come to. */
export interface Screened {
  readonly findings: readonly FindingNote[];
  readonly refusal: Refusal | null;
}

interface Asked {
  readonly text: string;
  readonly pointer: string;
  readonly context: TextContext;
  readonly found: readonly Finding[];
}

export class TextScreening {
  readonly #composite: Composite;
  readonly #findings: FindingNote[] = [];
  readonly #refused: FindingNote[] = [];
  readonly #asked: Asked[] = [];

  constructor(composite: Composite) {
    this.#composite = composite;
  }

  add(text: string, context: TextContext, pointer: string): void {
    const screening = this.#composite.screen(text, context);
    if (text !== "" && screening.verdict !== "refuse" && this.#composite.asks(context))
      this.#asked.push({ text, pointer, context, found: screening.findings });
    else this.#note(screening, pointer);
  }

  /** Null where nothing was found; a promise only where somebody has to be asked. */
  settle(): Screened | null | Promise<Screened | null> {
    return this.#asked.length === 0 ? this.#settled() : this.#settleRemotely();
  }

  async #settleRemotely(): Promise<Screened | null> {
    const asked = this.#asked.length > ASKED_SINGLY_MAX ? this.#bundled() : this.#asked;
    await Promise.all(
      asked.map(async ({ text, context, found, pointer }) =>
        this.#note(await this.#composite.screenRemotely(text, context, found), pointer),
      ),
    );
    return this.#settled();
  }

  /** The first ones by themselves, the rest as one text that stands for the whole; what was found stays found. */
  #bundled(): Asked[] {
    const rest = this.#asked.slice(ASKED_SINGLY_MAX - 1);
    for (const { context, found, pointer } of rest) this.#note(decide(context, found), pointer);
    const text = rest.map((one) => one.text).join("\n\n");
    return [
      ...this.#asked.slice(0, ASKED_SINGLY_MAX - 1),
      { text, pointer: "", context: "free_text", found: [] },
    ];
  }

  #note({ findings, verdict }: Screening, pointer: string): void {
    for (const { class: name, score } of findings) {
      const note = { class: name, pointer, score: Math.round(score * 1000) / 1000 };
      this.#findings.push(note);
      if (verdict === "refuse") this.#refused.push(note);
    }
  }

  #settled(): Screened | null {
    if (this.#findings.length === 0) return null;
    const refused = this.#refused.length > 0;
    const findings = worst(refused ? this.#refused : this.#findings);
    return { findings, refusal: refused ? refusalFor(findings) : null };
  }
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
