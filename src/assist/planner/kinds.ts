// The kind of work that a phrase is about: of all that are named in it, the one named first and at most length, and
// rather one of the group that fits the project.
import type { Domain } from "./domain.ts";
import { type Kind, kindsFrom } from "./kind.ts";
import { PEOPLE_KINDS } from "./kinds-people.ts";
import { PLACE_KINDS } from "./kinds-places.ts";
import { SOFTWARE_KINDS } from "./kinds-software.ts";

/** A kind of the project's own group counts as if it were named at such length more. */
const OWN_GROUP = 10;
/** What projects of other groups borrow of software's kinds: what anybody orders from those who write it. */
const LENT = new Set(
  "page mobile erp api sign-in privacy prototype data-pipeline model migration speed search redirects".split(
    " ",
  ),
);

const TABLES: Readonly<Record<NonNullable<Domain["group"]>, string>> = {
  software: SOFTWARE_KINDS,
  places: PLACE_KINDS,
  people: PEOPLE_KINDS,
};
let known: readonly { readonly group: string; readonly kinds: readonly Kind[] }[] | null = null;

/** Read when first asked for: a Worker that never plans does not pay for it. */
function groups(): NonNullable<typeof known> {
  known ??= Object.entries(TABLES).map(([group, table]) => ({ group, kinds: kindsFrom(table) }));
  return known;
}

export const allKinds = (): readonly Kind[] => groups().flatMap(({ kinds }) => kinds);

export const kindNamed = (name: string): Kind | null => allKinds().find((kind) => kind.name === name) ?? null;

/** `own` is null where it is not known yet what the project is about. */
export function kindOf(text: string, own: Domain["group"]): Kind | null {
  let best: { kind: Kind; weight: number } | null = null;
  for (const { group, kinds } of groups()) {
    // No app has a buffet, and no wedding a database.
    if (own === "software" && group === "places") continue;
    for (const kind of kinds) {
      if (own !== null && group !== own && group === "software" && !LENT.has(kind.name)) continue;
      const match = kind.pattern.exec(text);
      if (!match) continue;
      // What comes first in a phrase is what it is about.
      const weight = match[0].length + (group === own ? OWN_GROUP : 0) - match.index / 2;
      if (best === null || weight > best.weight) best = { kind, weight };
    }
  }
  return best?.kind ?? null;
}
