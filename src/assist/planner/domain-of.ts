// Which kind of project a text is about, by how often it says so: what it wants done counts before what else it says, so
// that a sentence of no work hardly ever decides.
import { partsIn } from "./code-names.ts";
import type { Domain } from "./domain.ts";
import { BUSINESS } from "./domains-business.ts";
import { DONE } from "./domains-done.ts";
import { MADE } from "./domains-made.ts";

export const DOMAINS: readonly Domain[] = [...MADE, ...DONE, ...BUSINESS];

/** Different words of a domain that sentences of no work must have, where those of work have none. */
const TOLD_MIN = 2;
/** Names that only programs have count as words of a change to a program, so many at most. */
const PARTS_MAX = 4;
/** So many of them alone tell of one. */
const PARTS_MIN = 2;

/** `said` are the sentences that name work, `told` the others; the project's name counts double. Null: none is known. */
export function domainOf(
  said: readonly string[],
  told: readonly string[],
  name: string,
  told_min = TOLD_MIN,
): Domain | null {
  const parts = Math.min(PARTS_MAX, new Set([...said, ...told].flatMap(partsIn)).size);
  // Changes are told of as much as they are asked for.
  const more = (domain: Domain): number =>
    2 * cuesIn([name], domain) +
    (domain.name === "change" ? parts + Math.floor(cuesIn(told, domain) / 2) : 0);
  return (
    (said.length > 0 ? mostOf(said, more, 1) : null) ??
    mostOf([name], () => 0, 1) ??
    (parts >= PARTS_MIN ? DOMAINS.find((domain) => domain.name === "change")! : null) ??
    mostOf(told, () => 0, told_min)
  );
}

function mostOf(texts: readonly string[], more: (domain: Domain) => number, least: number): Domain | null {
  const text = texts.join("\n").toLowerCase();
  let best: { domain: Domain; count: number; at: number } | null = null;
  for (const domain of DOMAINS) {
    const at = text.search(domain.cues);
    // What a text begins with counts double.
    const count = cuesIn(texts, domain) + more(domain) + (at === 0 ? 1 : 0);
    // Of two that are said as often, what is said first.
    const is_better = best === null || count > best.count || (count === best.count && at < best.at);
    if (count >= least && is_better) best = { domain, count, at };
  }
  return best?.domain ?? null;
}

const cuesIn = (texts: readonly string[], { cues }: Domain): number =>
  new Set(Array.from(texts.join("\n").toLowerCase().matchAll(cues), ([cue]) => cue)).size;
