// Which kind of project a text is about, by how often it says so.
import type { Domain } from "./domain.ts";
import { DONE, GENERAL } from "./domains-done.ts";
import { MADE } from "./domains-made.ts";

export const DOMAINS: readonly Domain[] = [...MADE, ...DONE];

/** Different words of a domain that must be there; the project's name counts double. */
const CUES_MIN = 2;

export function domainOf(texts: readonly string[], name: string): Domain {
  const text = texts.join("\n").toLowerCase();
  let best: { domain: Domain; count: number } | null = null;
  for (const domain of DOMAINS) {
    const cues = new Set(Array.from(text.matchAll(domain.cues), ([cue]) => cue));
    const named = new Set(Array.from(name.toLowerCase().matchAll(domain.cues), ([cue]) => cue));
    const count = cues.size + 2 * named.size;
    if (count >= CUES_MIN && (best === null || count > best.count)) best = { domain, count };
  }
  return best?.domain ?? GENERAL;
}
