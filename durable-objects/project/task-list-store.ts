// Which tasks a list shows, and in which order. Pages go on by key and number (keyset), so that whatever keeps its
// key is seen exactly once while others come, go and move.
// Two ways, so that a list costs what it shows and not what the project holds: where a filter leaves few tasks, these
// are sorted; otherwise an index that has the order is walked, once per status or for settled and unsettled tasks, and
// beside it the few that are not filed yet. So a list writes nothing; a search is of filed tasks alone.
import type { TaskFilter } from "../../src/schema/messages/project.ts";
import type { PagePosition } from "../../src/schema/messages/request.ts";

type Value = string | number | null;
/** A condition and what it is bound to. */
type Condition = readonly [text: string, ...values: Value[]];

interface Place {
  readonly key: Value;
  readonly number: number;
}

/** What is walked, and in which order. */
interface Way {
  readonly table: string;
  readonly order: string;
}

/** Tasks to show, by number, and where the next page starts. */
export interface TaskList {
  readonly numbers: readonly number[];
  readonly next: PagePosition | null;
}

/** So few that sorting them is cheaper than walking an index past the others. */
const FEW = 1_000;

const KEYS = {
  number: "number",
  priority: "priority_order",
  due: "due_order",
  updated: "updated_at_ms",
  title: "title_order",
} as const;

const SETTLED = ["done", "cancelled"];

export class TaskListStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(filter: TaskFilter, limit: number, after: PagePosition | null): TaskList {
    const descending = filter.sort?.startsWith("-") ?? false;
    const key = keyOf(filter);
    const few = this.#few(filter, key);
    // The index of words has the order of numbers itself.
    const by_words = !few && key === KEYS.number && filter.search !== undefined;
    const legs = few ? [few] : by_words ? [[]] : legsOf(filter, key);
    const checks = checksOf(filter, by_words);
    const column = few ? `+${key}` : by_words ? "task_text.rowid" : key;
    const table = by_words ? "task_text CROSS JOIN task ON task.number = task_text.rowid" : "task";
    const found = legs.flatMap((leg) => {
      const places: Place[] = [];
      for (const bounds of boundsOf(column, placeOf(after), descending)) {
        if (places.length === limit) break;
        const conditions = [...leg, ...bounds, ...checks];
        const order = descending ? `${column} DESC, number DESC` : `${column}, number`;
        const way = { table, order: by_words ? order.replace(/, number.*/u, "") : order };
        places.push(...this.#walk(way, conditions, key, limit - places.length));
      }
      return places;
    });
    if (legs.length > 1) found.sort(descending ? (a, b) => compare(b, a) : compare);
    const page = found.slice(0, limit);
    return {
      numbers: page.map(({ number }) => number),
      next: page.length === limit ? positionOf(page.at(-1)!) : null,
    };
  }

  #walk({ table, order }: Way, all: Condition[], key: string, limit: number): Place[] {
    const conditions = ["1", ...all.map(([text]) => text)];
    const rows = this.#sql.exec<Record<string, SqlStorageValue>>(
      `SELECT number, priority_order, due_order, updated_at_ms, title_order FROM ${table}
       WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT ?`,
      ...all.flatMap(([, ...values]) => values),
      limit,
    );
    return Array.from(rows, (row) => ({ key: row[key] as Value, number: row.number as number }));
  }

  /** The condition that leaves few tasks, where one of the filters does. */
  #few(filter: TaskFilter, key: string): Condition[] | null {
    for (const [table, column, ...values] of narrowing(filter, key)) {
      const { count } = this.#sql
        .exec<{ count: number }>(
          `SELECT count(*) AS count FROM (SELECT 1 FROM ${table} LIMIT ?)`,
          ...values,
          FEW + 1,
        )
        .one();
      if (count <= FEW) return [[`number IN (SELECT ${column} FROM ${table})`, ...values]];
    }
    return null;
  }
}

const keyOf = ({ sort = "number" }: TaskFilter): string => KEYS[sort.replace("-", "") as keyof typeof KEYS];

/** Filters that have an index of their own: where to look, and for what. */
function narrowing(
  filter: TaskFilter,
  key: string,
): (readonly [table: string, column: string, ...Value[]])[] {
  const { label, skill, assigned_to, parent_id, search, blocked } = filter;
  const tables: (readonly [string, string, ...Value[]])[] = [];
  if (parent_id) tables.push(["task WHERE parent_id = ?", "number", parent_id]);
  if (label) tables.push(["tag WHERE kind = 'label' AND word = ?", "number", label]);
  if (skill) tables.push(["tag WHERE kind = 'skill' AND word = ?", "number", skill]);
  if (assigned_to) tables.push(["task WHERE assigned_to = ?", "number", assigned_to]);
  if (blocked) tables.push(["task WHERE is_blocked = 1", "number"]);
  if (search !== undefined) tables.push(["task_text WHERE task_text MATCH ?", "rowid", wordsOf(search)]);
  const statuses = statusesOf(filter);
  // In the order of numbers each status has its own index already.
  if (statuses && key !== KEYS.number) tables.push([WITH_STATUS, "number", json(statuses)]);
  return tables;
}

/** Every filter as a condition on a row. The `+` keeps it from being taken for a way to walk. */
function checksOf(filter: TaskFilter, by_words: boolean): Condition[] {
  const { priority, label, skill, assigned_to, parent_id, created_by, blocked, search } = filter;
  const { due_before_ms, due_after_ms } = filter;
  const statuses = statusesOf(filter);
  const checks: (Condition | false)[] = [
    !!statuses && [`+status IN ${ONE_OF}`, json(statuses)],
    !!priority && [`+priority IN ${ONE_OF}`, json(priority)],
    label !== undefined && [TAGGED, "label", label],
    skill !== undefined && [TAGGED, "skill", skill],
    assigned_to !== undefined && ["+assigned_to IS ?", assigned_to],
    parent_id !== undefined && ["+parent_id IS ?", parent_id],
    created_by !== undefined && ["+created_by = ?", created_by],
    blocked !== undefined && ["+is_blocked = ?", Number(blocked)],
    due_before_ms !== undefined && ["+due_order < ?", due_before_ms],
    due_after_ms !== undefined && ["+due_order BETWEEN ? AND 253402300799999", due_after_ms],
    search !== undefined && [
      by_words ? "task_text MATCH ?" : "+number IN (SELECT rowid FROM task_text WHERE task_text MATCH ?)",
      wordsOf(search),
    ],
  ];
  return checks.filter((check) => check !== false);
}

const FILED: Condition = ["filed = 1"];
const UNFILED: Condition[] = [["number > (SELECT filed_through FROM tally)"], ["filed = 0"]];
const ONE_OF = "(SELECT value FROM json_each(?))";
const WITH_STATUS = `(SELECT number FROM task WHERE filed = 1 AND status IN ${ONE_OF}
  UNION ALL SELECT number FROM task WHERE ${UNFILED.join(" AND ")})`;
const TAGGED = "EXISTS (SELECT 1 FROM tag WHERE kind = ? AND word = ? AND tag.number = task.number)";
const json = (values: readonly string[]): string => JSON.stringify(values);

/** Messages of the version before name one status alone. */
const statusesOf = ({ status }: TaskFilter): string[] | null =>
  status === undefined ? null : [status].flat();

/** What is walked one after the other: by number each status, by another key unsettled and settled tasks; and the new. */
function legsOf(filter: TaskFilter, key: string): Condition[][] {
  const statuses = statusesOf(filter);
  const isSought = (settled: number) =>
    !statuses || statuses.some((status) => Number(SETTLED.includes(status)) === settled);
  const walked =
    key === KEYS.number
      ? statuses?.map((status): Condition => ["status = ?", status])
      : [0, 1].filter(isSought).map((settled): Condition => ["settled = ?", settled]);
  return walked ? [...walked.map((each) => [each, FILED]), UNFILED] : [[]];
}

/** What lies after a place: first its equals with a later number, then the rest. */
function boundsOf(column: string, after: Place | null, descending: boolean): Condition[][] {
  if (!after) return [[]];
  const beyond = descending ? "<" : ">";
  if (column.endsWith(KEYS.number)) return [[[`number ${beyond} ?`, after.number]]];
  if (column.endsWith("rowid")) return [[[`${column} ${beyond} ?`, after.number]]];
  return [
    [
      [`${column} = ?`, after.key],
      [`number ${beyond} ?`, after.number],
    ],
    [[`${column} ${beyond} ?`, after.key]],
  ];
}

const positionOf = ({ key, number }: Place): PagePosition =>
  key === number ? number : JSON.stringify([key, number]);

function placeOf(position: PagePosition | null): Place | null {
  if (position === null) return null;
  if (typeof position === "number") return { key: position, number: position };
  const [key, number] = JSON.parse(position) as [Value, number];
  return { key, number };
}

function compare(a: Place, b: Place): number {
  if (a.key !== b.key) return isBefore(a.key!, b.key!) ? -1 : 1;
  return a.number - b.number;
}

/** As the indexes have it: texts by their bytes in UTF-8, that is by code points and not by UTF-16 units. */
function isBefore(a: string | number, b: string | number): boolean {
  if (typeof a === "number" || typeof b === "number") return a < b;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return (a.codePointAt(at) ?? -1) < (b.codePointAt(at) ?? -1);
}

/** A query of FTS5: tasks with words that begin so, all of them. Quoted, so that nothing in it is an operator. */
const wordsOf = (search: string): string =>
  search
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map((word) => `"${word.replaceAll('"', '""')}"*`)
    .join(" ");
