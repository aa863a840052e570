// Inside the objects: their tables, their alarms, their end and return. What a black-box test cannot see.
import {
  evictDurableObject,
  listDurableObjectIds,
  runDurableObjectAlarm,
  runInDurableObject,
} from "cloudflare:test";
import { env } from "./worker.ts";

export type Kind = "PRINCIPAL" | "STRANGERS" | "WORKSPACE" | "PROJECT" | "AUDIT_LOG" | "WEBHOOK_ENDPOINT";
export const KINDS: readonly Kind[] = [
  "WORKSPACE",
  "PRINCIPAL",
  "STRANGERS",
  "PROJECT",
  "AUDIT_LOG",
  "WEBHOOK_ENDPOINT",
];

/** The object of that name, such as `main/prj_…`. */
export const objectOf = (kind: Kind, name: string): DurableObjectStub =>
  (env[kind] as DurableObjectNamespace).getByName(name);

/** Every object of that kind that was ever reached, whether or not it was created. */
export async function allOf(kind: Kind): Promise<DurableObjectStub[]> {
  const namespace = env[kind] as DurableObjectNamespace;
  return (await listDurableObjectIds(namespace)).map((id) => namespace.get(id));
}

type Inside = <Value>(
  stub: DurableObjectStub,
  work: (instance: object, state: DurableObjectState) => Value | Promise<Value>,
) => Promise<Value>;
/** Runs work inside an object. (Its own type, spelled out, exhausts the type checker.) */
export const inside = runInDurableObject as unknown as Inside;

/** Rows of a query inside an object. */
export function rowsOf<Row extends Record<string, SqlStorageValue>>(
  stub: DurableObjectStub,
  sql: string,
  ...bindings: SqlStorageValue[]
): Promise<Row[]> {
  return inside(stub, (_, { storage }) => storage.sql.exec<Row>(sql, ...bindings).toArray());
}

/** The product's tables in an object; none where nobody created it. */
export async function tablesOf(stub: DurableObjectStub): Promise<string[]> {
  const sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'";
  return (await rowsOf<{ name: string }>(stub, sql)).map(({ name }) => name);
}

const nameOf = (stub: DurableObjectStub): Promise<string> => inside(stub, (_, { id }) => id.name ?? "");

/**
 * Names of all objects that have tables: what probing must not add to. Without shards that only keep reads, of which there
 * is another whenever the Worker tells in another minute what it has counted.
 */
export async function createdObjects(): Promise<string[]> {
  const created: string[] = [];
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) {
      if ((await tablesOf(stub)).length === 0) continue;
      if (kind === "STRANGERS" && (await keepsReadsAlone(stub))) continue;
      created.push(`${kind} ${await nameOf(stub)}`);
    }
  }
  return created.sort();
}

const keepsReadsAlone = async (shard: DurableObjectStub): Promise<boolean> => {
  const others = ["bucket", "attempt", "refusal"].map((table) => `NOT EXISTS (SELECT 1 FROM ${table})`);
  const sql = `SELECT 1 WHERE EXISTS (SELECT 1 FROM read_batch) AND ${others.join(" AND ")}`;
  return (await rowsOf(shard, sql)).length > 0;
};

/** Drops an object's memory as the platform does, once its timers are done (up to a second); its storage stays. */
export const evict = (stub: DurableObjectStub): Promise<void> => evictDurableObject(stub);

/** Kills an object where it stands: what was not yet stored, such as the last second of observations, is lost. */
export async function crash(stub: DurableObjectStub): Promise<void> {
  await inside(stub, (_, state) => state.abort("crashed by a test")).catch(() => undefined);
}

/** Rings one object's alarm, wherever it is set to. */
export const ringAlarm = (stub: DurableObjectStub): Promise<boolean> => runDurableObjectAlarm(stub);

/** Rings alarms until every outbox is empty: what was changed is then in directories, indexes and the audit log. */
export async function shipAll(): Promise<void> {
  let waiting: DurableObjectStub[] = [];
  for (let round = 0; round < 20; round += 1) {
    waiting = await withWaitingRows();
    if (waiting.length === 0) return;
    for (const stub of waiting) await ringAlarm(stub);
  }
  throw new Error(`rows keep waiting in the outboxes of ${await Promise.all(waiting.map(nameOf))}`);
}

async function withWaitingRows(): Promise<DurableObjectStub[]> {
  const all = (await Promise.all(KINDS.map(allOf))).flat();
  const are_waiting = await Promise.all(all.map((stub) => inside(stub, hasWaitingRows)));
  return all.filter((_, index) => are_waiting[index]);
}

/** Asked of many objects again and again, so all in one visit. */
function hasWaitingRows(_: object, { storage }: DurableObjectState): boolean {
  const tables = storage.sql
    .exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox'")
    .toArray();
  return tables.length > 0 && storage.sql.exec("SELECT 1 FROM outbox LIMIT 1").toArray().length > 0;
}

/**
 * Keeps all rows of an object, and answers how to take it back to them: as a point-in-time recovery does, which nothing
 * in the object hears of. For objects without generated columns and full-text indexes.
 */
export async function photograph(stub: DurableObjectStub): Promise<() => Promise<void>> {
  const tables = await tablesOf(stub);
  const kept = await inside(stub, (_, { storage: { sql } }) =>
    tables
      .filter((table) => !table.startsWith("sqlite_"))
      .map((table) => ({ table, rows: sql.exec(`SELECT * FROM "${table}"`).toArray() })),
  );
  return async () => {
    await inside(stub, (_, { storage }) => {
      const { sql } = storage;
      const triggers = sql
        .exec<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        .toArray();
      storage.transactionSync(() => {
        for (const { name } of triggers) sql.exec(`DROP TRIGGER "${name}"`);
        for (const { table, rows } of kept) {
          sql.exec(`DELETE FROM "${table}"`);
          for (const row of rows) {
            const columns = Object.keys(row);
            const marks = columns.map(() => "?").join(", ");
            sql.exec(
              `INSERT INTO "${table}" (${columns.join(", ")}) VALUES (${marks})`,
              ...Object.values(row),
            );
          }
        }
        for (const trigger of triggers) sql.exec(trigger.sql);
      });
    });
    await evict(stub);
  };
}
