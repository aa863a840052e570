// What screening found in a request, as audit observations: class, place and score, never the text.

import type { Happening } from "../src/audit/event.ts";
import type { ScreenedCaller, ScreeningNote } from "../src/schema/messages/screening.ts";

/** One for each finding; equal ones of a minute become one event with a count. */
export function screened(
  { operation, refused, findings }: ScreeningNote,
  by: ScreenedCaller,
  at_ms: number,
): Happening[] {
  return findings.map(({ class: attack, pointer, score }) => ({
    type: refused ? "input.refused" : "input.recorded",
    at_ms,
    by,
    decision: refused ? "deny" : "allow",
    rule: `screening_${attack}`,
    targets: [operation, pointer],
    details: { class: attack, score },
  }));
}
