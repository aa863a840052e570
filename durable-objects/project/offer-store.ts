// The tasks on offer: open, waiting for nothing, with no sub-task left, each look bounded by an index, whatever the size of the project.
// What is new must have been filed. The indexes are named, because without statistics the planner would rather sort all open tasks.
import type { Offer } from "../../src/domain/workload.ts";
import type { Priority } from "../../src/schema/project.ts";
import { toIso } from "../../src/schema/text.ts";

interface OfferRow extends Record<string, SqlStorageValue> {
  id: string;
  title: string;
  priority: Priority;
  skills: string;
  skill_key: string;
  due_at: string | null;
  assigned_to: string | null;
  created_at_ms: number;
}

/** An offer that stands for all of its priority that ask for the same skills, one at least: the most wanted of them. */
export interface Group {
  readonly offer: Offer;
  readonly skill_key: string;
}

const COLUMNS = "id, title, priority, skills, skill_key, due_at, assigned_to, created_at_ms";
const OFFERED = "status = 'open' AND blocked_by = 0 AND open_parts = 0 AND filed = 1";
const GROUPED = `SELECT ${COLUMNS} FROM task INDEXED BY task_on_offer_by_skill
  WHERE ${OFFERED} AND assigned_to IS NULL AND skill_key != ''`;

export class OfferStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The most wanted of a priority among those that are nobody's: as many that ask for skills as that ask for none. */
  head(priority: Priority, limit: number): Offer[] {
    return this.#head("assigned_to IS NULL", priority, limit);
  }

  /** The same among those assigned to this principal. */
  headOf(principal_id: string, priority: Priority, limit: number): Offer[] {
    return this.#head("assigned_to = ?", priority, limit, principal_id);
  }

  #head(whose: string, priority: Priority, limit: number, ...values: string[]): Offer[] {
    return [0, 1].flatMap((asks_skills) =>
      this.#offers(
        `SELECT ${COLUMNS} FROM task INDEXED BY task_on_offer
         WHERE ${OFFERED} AND ${whose} AND asks_skills = ? AND priority = ? ORDER BY wanted_by_ms, number LIMIT ?`,
        ...values,
        asks_skills,
        priority,
        limit,
      ),
    );
  }

  /** The first group of skills with this key or a later one. */
  groupFrom(skill_key: string): Group | null {
    return this.#group(
      `${GROUPED} AND skill_key >= ? ORDER BY skill_key, priority, wanted_by_ms, number LIMIT 1`,
      skill_key,
    );
  }

  /** The group that comes next. */
  groupAfter({ skill_key, offer }: Group): Group | null {
    return this.#group(
      `${GROUPED} AND (skill_key, priority) > (?, ?) ORDER BY skill_key, priority, wanted_by_ms, number LIMIT 1`,
      skill_key,
      offer.priority,
    );
  }

  #offers(query: string, ...values: (string | number)[]): Offer[] {
    return this.#sql
      .exec<OfferRow>(query, ...values)
      .toArray()
      .map(offerOf);
  }

  #group(query: string, ...values: string[]): Group | null {
    const row = this.#sql.exec<OfferRow>(query, ...values).toArray()[0];
    return row ? { offer: offerOf(row), skill_key: row.skill_key } : null;
  }
}

const offerOf = ({ skill_key: _, skills, created_at_ms, ...row }: OfferRow): Offer => ({
  ...row,
  skills: JSON.parse(skills) as string[],
  created_at: toIso(created_at_ms),
});
