// What Stryker asks of us while it runs: which mutants are drawn, which count for nothing, and word of each survivor.
import type { Checker, CheckResult } from "@stryker-mutator/api/check";
import { CheckStatus } from "@stryker-mutator/api/check";
import type { Mutant, MutantResult, StrykerOptions } from "@stryker-mutator/api/core";
import type { Ignorer, NodePath } from "@stryker-mutator/api/ignore";
import {
  commonTokens,
  declareClassPlugin,
  declareValuePlugin,
  PluginKind,
  tokens,
} from "@stryker-mutator/api/plugin";
import type { Reporter } from "@stryker-mutator/api/report";
import { whyEquivalent } from "./equivalents.ts";
import { describeMutant, isVerdict } from "./figures.ts";
import { type Draw, stratified } from "./sample.ts";

/** Lets those mutants through that are drawn; Stryker counts the others as if they did not compile. */
class Sample implements Checker {
  static inject = tokens(commonTokens.options);
  readonly #draw: Draw;

  constructor(options: StrykerOptions) {
    this.#draw = options.draw as Draw;
  }

  async init(): Promise<void> {}

  /** One group: whoever draws has to see all. */
  async group(mutants: Mutant[]): Promise<string[][]> {
    return [mutants.map(({ id }) => id)];
  }

  async check(mutants: Mutant[]): Promise<Record<string, CheckResult>> {
    const worthy = mutants.filter((mutant) => whyEquivalent(mutant) === null);
    const drawn = new Set(stratified(worthy, this.#draw.sample, this.#draw.seed).map(({ id }) => id));
    const verdict = (id: string): CheckResult =>
      drawn.has(id)
        ? { status: CheckStatus.Passed }
        : { status: CheckStatus.CompileError, reason: "not drawn" };
    return Object.fromEntries(mutants.map(({ id }) => [id, verdict(id)]));
  }
}

/** The words of what is thrown: a defect's message to whoever repairs it, on which no code and no test relies. */
const thrownWords: Ignorer = {
  shouldIgnore(path: NodePath): string | undefined {
    const { type, parentPath } = path as Syntax;
    const isText = type === "StringLiteral" || type === "TemplateLiteral";
    const thrown = parentPath?.type === "NewExpression" && parentPath.parentPath?.type === "ThrowStatement";
    return isText && thrown ? "words of an error" : undefined;
  },
};
interface Syntax {
  readonly type: string;
  readonly parentPath?: Syntax | null;
}

/** One line for each mutant that survives, at once, and a count now and then. */
class Progress implements Reporter {
  #tested = 0;

  onMutantTested(result: Readonly<MutantResult>): void {
    if (!isVerdict(result)) return;
    this.#tested += 1;
    if (result.status !== "Killed" && result.status !== "Timeout") console.log(describeMutant(result));
    if (this.#tested % 25 === 0) console.log(`… ${this.#tested} mutants`);
  }
}

export const strykerPlugins = [
  declareClassPlugin(PluginKind.Checker, "sample", Sample),
  declareValuePlugin(PluginKind.Ignore, "thrown-words", thrownWords),
  declareClassPlugin(PluginKind.Reporter, "survivors", Progress),
];
