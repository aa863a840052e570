// Storage of every older version, with rows in every table, is carried forward by the code of today: no step fails on what
// may be stored, and no row is lost on the way.
import { describe, expect, it } from "vitest";
import auditLog from "../../../durable-objects/audit-log/schema.sql";
import { AuditLogStore } from "../../../durable-objects/audit-log/store.ts";
import common from "../../../durable-objects/common.sql";
import { migrate } from "../../../durable-objects/migrate.ts";
import principal from "../../../durable-objects/principal/schema.sql";
import project from "../../../durable-objects/project/schema.sql";
import strangers from "../../../durable-objects/strangers/schema.sql";
import webhookEndpoint from "../../../durable-objects/webhook-endpoint/schema.sql";
import webhooks from "../../../durable-objects/webhooks/schema.sql";
import workspace from "../../../durable-objects/workspace/schema.sql";
import type { EventFilter } from "../../../src/schema/messages/audit-log.ts";
import { inLab } from "./lab.ts";

const SCRIPTS = { common, auditLog, principal, project, strangers, webhookEndpoint, webhooks, workspace };

const versionsOf = (script: string) =>
  [...script.matchAll(/^-- migration (\d+)/gmu)].map(([, version]) => Number(version));

/** The script as it was in that version. */
function asOf(script: string, version: number): string {
  const next = new RegExp(`^-- migration ${version + 1}\\b`, "mu").exec(script);
  return next ? script.slice(0, next.index) : script;
}

/** What stands in columns whose values later steps read; of all others, any text and number will do. */
const VALUES: Readonly<Record<string, string>> = {
  status: "'open'",
  priority: "'normal'",
  filed: "1",
  // Tasks that are open are not held.
  lease_expires_at_ms: "NULL",
  json: `'{"timestamp":"2026-01-01T00:00:00.000Z","targets":["prj_1","prj_2"]}'`,
  entry: `'{"timestamp":"2026-01-01T00:00:00.000Z","targets":["prj_1","prj_2"]}'`,
  labels: `'["red"]'`,
  skills: `'["german"]'`,
  timestamp: "'2026-01-01T00:00:00.000Z'",
};

/** Tables whose rows a later step keeps elsewhere; a test below finds them there. */
const REPLACED = ["event_target"];

interface Column extends Record<string, SqlStorageValue> {
  name: string;
  type: string;
  hidden: number;
}

const tablesOf = (sql: SqlStorage): string[] =>
  sql
    .exec<{ name: string }>(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL TABLE%'
         AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
         AND name NOT LIKE 'task\\_text%' ESCAPE '\\' AND name != 'schema_version'`,
    )
    .toArray()
    .map(({ name }) => name);

/** Two rows in each table that has room for them. */
function fill(sql: SqlStorage): void {
  for (const table of tablesOf(sql)) {
    const columns = sql
      .exec<Column>("SELECT name, type, hidden FROM pragma_table_xinfo(?)", table)
      .toArray()
      .filter(({ hidden }) => hidden === 0);
    for (const n of [1, 2]) {
      const values = columns.map(({ name, type }) => {
        if (VALUES[name]) return VALUES[name];
        return type === "TEXT" ? `'${name} ${n}'` : type === "BLOB" ? `x'0${n}'` : String(n);
      });
      const names = columns.map(({ name }) => `"${name}"`).join(", ");
      sql.exec(`INSERT OR IGNORE INTO "${table}" (${names}) VALUES (${values.join(", ")})`);
    }
  }
}

/** How many rows each table has. */
const counted = (sql: SqlStorage): Record<string, number> =>
  Object.fromEntries(
    tablesOf(sql).map((table) => [
      table,
      sql.exec<{ count: number }>(`SELECT count(*) AS count FROM "${table}"`).one().count,
    ]),
  );

describe.each(Object.entries(SCRIPTS))("%s", (name, script) => {
  const versions = versionsOf(script);

  it("has its steps in order, from 1 on", () => {
    expect(versions).toEqual(versions.map((_, index) => index + 1));
  });

  it.each(versions.slice(0, -1))(
    "storage of version %i is carried forward with its rows",
    async (version) => {
      const [before, after, found] = await inLab((sql) => {
        migrate(sql, name, asOf(script, version));
        fill(sql);
        const before = counted(sql);
        migrate(sql, name, script);
        const version_now = sql.exec("SELECT version FROM schema_version").one().version;
        return [before, counted(sql), version_now] as const;
      });
      expect(found).toBe(versions.at(-1));
      expect(Object.entries(before).filter(([, count]) => count === 0)).toEqual([]);
      for (const table of REPLACED) delete before[table];
      expect(after).toMatchObject(before);
    },
  );
});

it.each(versionsOf(project).slice(0, -1))(
  "tasks of version %i are counted and found afterwards",
  async (version) => {
    const found = await inLab((sql) => {
      migrate(sql, "project", asOf(project, version));
      fill(sql);
      migrate(sql, "project", project);
      return {
        ...sql.exec("SELECT count(*) AS tasks FROM task").one(),
        ...sql.exec("SELECT open FROM tally").one(),
        ...sql.exec("SELECT count(*) AS words FROM task_text WHERE task_text MATCH 'title'").one(),
      };
    });
    expect(found).toEqual({ tasks: 2, open: 2, words: 2 });
  },
);

it("a task whose sub-tasks were unsettled before they were counted is on offer after them, and not before", async () => {
  const counts = await inLab((sql) => {
    migrate(sql, "project", asOf(project, 13));
    const columns = "id, parent_id, status, settled, title, description, priority, skills, created_by";
    const more = ", version, created_at_ms, updated_at_ms";
    const add = (id: string, parent_id: string | null, status: string) =>
      sql.exec(
        `INSERT INTO task (${columns}${more}) VALUES (?, ?, ?, ?, 'title', '', 'normal', '[]', 'usr_1', 1, 1, 1)`,
        id,
        parent_id,
        status,
        Number(status === "done"),
      );
    add("whole", null, "open");
    for (const [index, status] of ["open", "done", "blocked"].entries())
      add(`part ${index}`, "whole", status);
    migrate(sql, "project", project);
    const openParts = () => sql.exec("SELECT open_parts FROM task WHERE id = 'whole'").one().open_parts;
    const before = openParts();
    sql.exec("UPDATE task SET status = 'done', settled = 1 WHERE parent_id = 'whole'");
    return [before, openParts()];
  });
  expect(counts).toEqual([2, 0]);
});

it.each(versionsOf(auditLog).slice(0, -1))(
  "events of version %i are found afterwards, by whatever they say",
  async (version) => {
    const found = await inLab((sql) => {
      migrate(sql, "audit-log", asOf(auditLog, version));
      fill(sql);
      // As version 3 has them; versions before it had none.
      if (version > 2) sql.exec("UPDATE event_target SET target = 'prj_' || idx");
      migrate(sql, "audit-log", auditLog);
      const store = new AuditLogStore(sql);
      const of = (filter: EventFilter) => store.page(filter, 10, 100).map(({ idx }) => idx);
      const either = [
        ...[of({ event_type: "event_type 2" }), of({ category: "category 2" }), of({ user_id: "user_id 2" })],
        ...[of({ severity: "severity 2" }), of({ decision: "decision 2" as "deny" })],
      ];
      const target = version > 2 ? of({ target: "prj_2" }) : of({ target: "prj_2" }).slice(0, 1);
      return [
        ...either,
        target,
        of({ since: "2020-01-01T00:00:00.000Z" }),
        of({ until: "2030-01-01T00:00:00.000Z" }),
      ];
    });
    expect(found.slice(0, 6)).toEqual(Array(6).fill([2]));
    expect(found.slice(6)).toEqual([
      [2, 1],
      [2, 1],
    ]);
  },
);
