// What the detectors find of sources that had no part in their training, by class, source and context.
import { heldOut, type Judged } from "../../../scripts/training/held-out.ts";
import { POLICIES, PROMPT_FOUND_FROM } from "../../../src/defence/policy.ts";
import { corporaRoot } from "../../unit/corpora.ts";

export interface HeldOutRate {
  readonly model: Judged["model"];
  readonly label: string;
  /** What was left out; `all` sums up. */
  readonly repository: string;
  readonly texts: number;
  /** Shares, 0 to 1: found in a strict context, recorded and refused as free text. A prompt is found or not. */
  readonly found: number;
  readonly recorded: number;
  readonly refused: number;
}

/** From which scores on a finding counts. */
function thresholds(): { found: number; recorded: number; refused: number } {
  const { identifier: strict, free_text: free } = POLICIES;
  if (strict.action !== "refuse" || free.action !== "refuse_above")
    throw new Error("identifiers are refused on a finding, and free text above a score");
  return { found: strict.found_from, recorded: free.found_from, refused: free.refuse_from };
}

export function heldOutRates(): HeldOutRate[] {
  const judged = corporaRoot ? heldOut(corporaRoot) : [];
  const kinds = new Set(judged.map(({ model, label }) => `${model}/${label}`));
  return [...kinds].flatMap((kind) => {
    const mine = judged.filter(({ model, label }) => `${model}/${label}` === kind);
    const sources = [...new Set(mine.map(({ repository }) => repository))].sort();
    const of = (repository: string) => mine.filter((one) => one.repository === repository);
    return [rateOf("all", mine), ...sources.map((source) => rateOf(source, of(source)))];
  });
}

function rateOf(repository: string, judged: readonly Judged[]): HeldOutRate {
  const { model, label } = judged[0]!;
  const share = (from: number) => judged.filter(({ score }) => score >= from).length / judged.length;
  const from = thresholds();
  const shares =
    model === "injection"
      ? { found: share(from.found), recorded: share(from.recorded), refused: share(from.refused) }
      : { found: share(PROMPT_FOUND_FROM), recorded: share(PROMPT_FOUND_FROM), refused: 0 };
  return { model, label, repository, texts: judged.length, ...shares };
}
