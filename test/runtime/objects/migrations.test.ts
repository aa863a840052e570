// Migrations: lazily, forward only, each part once, data kept.
import { expect, it } from "vitest";
import { isCreated, isUpToDate, migrate } from "../../../durable-objects/migrate.ts";
import { inLab } from "./lab.ts";

const FIRST = `-- What an object keeps.

-- migration 1
CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
INSERT INTO note (text) VALUES ('made by migration 1');
`;
const SECOND = `${FIRST}
-- migration 2: notes have authors
ALTER TABLE note ADD COLUMN author TEXT;
UPDATE note SET author = 'unknown';
`;
const THIRD = `${SECOND}
-- migration 3
CREATE INDEX note_by_author ON note (author);
INSERT INTO note (text, author) SELECT 'made by migration 3', author FROM note WHERE id = 1;
`;

const notes = (sql: SqlStorage) => sql.exec("SELECT * FROM note ORDER BY id").toArray();
const versions = (sql: SqlStorage) =>
  sql.exec("SELECT name, version FROM schema_version ORDER BY name").toArray();

it("an object made by the first part is brought forward by a later script, with its data", async () => {
  await inLab((sql) => {
    migrate(sql, "notes", FIRST);
    sql.exec("INSERT INTO note (text) VALUES ('written by a user')");
    migrate(sql, "notes", THIRD);
    expect(notes(sql)).toEqual([
      { id: 1, text: "made by migration 1", author: "unknown" },
      { id: 2, text: "written by a user", author: "unknown" },
      { id: 3, text: "made by migration 3", author: "unknown" },
    ]);
    expect(versions(sql)).toEqual([{ name: "notes", version: 3 }]);
  });
});

it("each step on the way gives the same as all at once", async () => {
  const stepwise = await inLab((sql) => {
    for (const script of [FIRST, SECOND, THIRD]) migrate(sql, "notes", script);
    return notes(sql);
  });
  const at_once = await inLab((sql) => {
    migrate(sql, "notes", THIRD);
    return notes(sql);
  });
  expect(stepwise).toEqual(at_once);
});

it("a part runs once, however often the object wakes", async () => {
  await inLab((sql) => {
    for (let wake = 0; wake < 5; wake += 1) migrate(sql, "notes", THIRD);
    expect(notes(sql)).toHaveLength(2);
  });
});

it("older code never takes an object back", async () => {
  await inLab((sql) => {
    migrate(sql, "notes", THIRD);
    const before = notes(sql);
    migrate(sql, "notes", FIRST);
    expect(notes(sql)).toEqual(before);
    expect(versions(sql)).toEqual([{ name: "notes", version: 3 }]);
  });
});

it("a part that fails leaves the object as it was, and is tried again", async () => {
  await inLab((sql, storage) => {
    migrate(sql, "notes", FIRST);
    const broken = `${FIRST}\n-- migration 2\nALTER TABLE note ADD COLUMN author TEXT;\nINSERT INTO nowhere VALUES (1);\n`;
    expect(() => storage.transactionSync(() => migrate(sql, "notes", broken))).toThrow("nowhere");
    expect(notes(sql)).toEqual([{ id: 1, text: "made by migration 1" }]);
    expect(versions(sql)).toEqual([{ name: "notes", version: 1 }]);
    migrate(sql, "notes", SECOND);
    expect(notes(sql)).toEqual([{ id: 1, text: "made by migration 1", author: "unknown" }]);
  });
});

it("scripts of one object keep count each for themselves", async () => {
  await inLab((sql) => {
    migrate(sql, "notes", SECOND);
    migrate(sql, "labels", "-- migration 1\nCREATE TABLE label (text TEXT) STRICT;\n");
    expect(versions(sql)).toEqual([
      { name: "labels", version: 1 },
      { name: "notes", version: 2 },
    ]);
  });
});

it("asking whether an object was created writes nothing", async () => {
  await inLab((sql) => {
    expect(isCreated(sql)).toBe(false);
    expect(sql.exec("SELECT name FROM sqlite_master WHERE name = 'schema_version'").toArray()).toEqual([]);
    migrate(sql, "notes", FIRST);
    expect(isCreated(sql)).toBe(true);
  });
});

it("an object is up to date once every part of each script has run, and behind while one is missing", async () => {
  await inLab((sql) => {
    migrate(sql, "notes", SECOND);
    expect(isUpToDate(sql, { notes: SECOND })).toBe(true);
    expect(isUpToDate(sql, { notes: FIRST }), "older code").toBe(true);
    expect(isUpToDate(sql, { notes: THIRD })).toBe(false);
    expect(isUpToDate(sql, { notes: SECOND, labels: "-- migration 1\nSELECT 1;\n" })).toBe(false);
  });
});
