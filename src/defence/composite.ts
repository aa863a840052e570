// Several validators as one: what they find is combined by class, and the policy of the text's context decides on the
// whole. Remote ones are asked side by side, each within its own time; one that fails never counts as clean.
import type { TextContext } from "../schema/context.ts";
import { combined, type Finding } from "./finding.ts";
import { decide, type Screening } from "./screen.ts";
import type { LocalValidator, Member, RemoteValidator } from "./validator.ts";

type MemberOf<Kind> = Omit<Member, "validator"> & { readonly validator: Kind };

export class Composite {
  readonly #local: readonly MemberOf<LocalValidator>[];
  readonly #remote: readonly MemberOf<RemoteValidator>[];

  constructor(members: readonly Member[]) {
    this.#local = members.filter((one): one is MemberOf<LocalValidator> => one.validator.kind === "local");
    this.#remote = members.filter((one): one is MemberOf<RemoteValidator> => one.validator.kind === "remote");
  }

  /** Whether anybody has to be asked about texts of this context. */
  asks(context: TextContext): boolean {
    return this.#remote.some(({ validator }) => validator.reads(context));
  }

  /** What the local ones find. */
  find(text: string, context: TextContext): readonly Finding[] {
    const opinions = this.#local
      .filter(({ validator }) => validator.reads(context))
      .map(({ validator }) => validator.inspect(text, context));
    return opinions.length === 1 ? opinions[0]! : combined(opinions);
  }

  /** The verdict of the local ones alone. */
  screen(text: string, context: TextContext): Screening {
    return decide(context, this.find(text, context));
  }

  /** The verdict of all. Never rejects: who does not answer in time is a finding of its own. */
  async screenRemotely(text: string, context: TextContext, found: readonly Finding[]): Promise<Screening> {
    const asked = this.#remote.filter(({ validator }) => validator.reads(context));
    const opinions = await Promise.all(asked.map((member) => opinionOf(member, text)));
    const screening = decide(context, combined([found, ...opinions.map(({ findings }) => findings)]));
    if (screening.verdict === "refuse" || !opinions.some(({ refuses }) => refuses)) return screening;
    return { verdict: "refuse", findings: screening.findings.filter((one) => one.class === "unchecked") };
  }
}

interface Opinion {
  readonly findings: readonly Finding[];
  readonly refuses: boolean;
}

async function opinionOf(member: MemberOf<RemoteValidator>, text: string): Promise<Opinion> {
  const { name, validator, timeout_ms, on_failure } = member;
  const signal = AbortSignal.timeout(timeout_ms);
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener("abort", () => reject(signal.reason)),
  );
  // Where the validator is first, nobody waits for the time any more.
  late.catch(() => {});
  try {
    const findings = await Promise.race([validator.inspect(text, signal), late]);
    return { findings, refuses: false };
  } catch {
    const refuses = on_failure === "refuse";
    const score = refuses ? 1 : 0;
    return { findings: [{ class: "unchecked", score, what: [name], at: 0 }], refuses };
  }
}
