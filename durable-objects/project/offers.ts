// The best task on offer for somebody, by a bounded number of looks: the most wanted of each priority, among those that
// ask for skills and among those that do not; and, for whoever has skills, of each priority and set of skills that fits. The choice is exact for callers whom every
// task fits, and for others as long as 64 looks reach all sets that fit; beyond that it is the best of what was seen.
import { type Abilities, nextSkillKey, type Offer, rank } from "../../src/domain/workload.ts";
import { CANDIDATES_MAX, type Matching } from "../../src/schema/matching.ts";
import { PRIORITIES } from "../../src/schema/project.ts";
import { OfferStore } from "./offer-store.ts";

/** Of each priority, for whoever has skills: where many tasks fit, the best is among them. */
const HEAD_MAX = 16;
const LOOKS_MAX = 64;

export class Offers {
  readonly #store: OfferStore;

  constructor(sql: SqlStorage) {
    this.#store = new OfferStore(sql);
  }

  /** What fits best, and why; the first candidate is the one to take. */
  best(who: Abilities, now_ms: number): Matching {
    const limit = who.skills === null ? CANDIDATES_MAX : HEAD_MAX;
    const seen = new Map<string, Offer>();
    const see = (offer: Offer) => seen.set(offer.id, offer);
    for (const priority of PRIORITIES) {
      this.#store.headOf(who.principal_id, priority, CANDIDATES_MAX).forEach(see);
      this.#store.head(priority, limit).forEach(see);
    }
    if (who.skills !== null) this.#look([...who.skills.keys()].sort(), see);
    return rank([...seen.values()], who, now_ms);
  }

  #look(known: readonly string[], see: (offer: Offer) => void): void {
    let group = this.#store.groupFrom("");
    for (let looks = 1; group !== null && looks < LOOKS_MAX; looks += 1) {
      see(group.offer);
      const next = nextSkillKey(group.skill_key, known);
      if (next === group.skill_key) group = this.#store.groupAfter(group);
      else group = next === null ? null : this.#store.groupFrom(next);
    }
  }
}
