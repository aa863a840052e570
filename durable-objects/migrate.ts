// Schema migrations: a script is a list of parts headed `-- migration N`; parts run once, in order, forward only.
// They run lazily, when an object is created or first loaded by newer code, and all of them are kept.

const HEADING = /^-- migration (\d+).*$/mu;

interface Migration {
  readonly version: number;
  readonly statements: string;
}

/** Scripts are constants of the code: an isolate takes each apart once. */
const parsed = new Map<string, readonly Migration[]>();

function migrationsOf(script: string): readonly Migration[] {
  const known = parsed.get(script);
  if (known) return known;
  const [, ...parts] = script.split(HEADING);
  const migrations: Migration[] = [];
  for (let index = 0; index + 1 < parts.length; index += 2) {
    migrations.push({ version: Number(parts[index]), statements: parts[index + 1]! });
  }
  parsed.set(script, migrations);
  return migrations;
}

/** The tables of one kind of object. */
export interface ObjectSchema {
  readonly name: string;
  readonly script: string;
  /** Tables that it has in common with some other kinds, by name. */
  readonly shared?: Readonly<Record<string, string>>;
}

/** Whether the object has ever been created; asking writes nothing. */
export function isCreated(sql: SqlStorage): boolean {
  return (
    sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version' LIMIT 1").toArray()
      .length > 0
  );
}

/** Whether nothing of the scripts, by name, is missing in an object that was created; asking writes nothing. */
export function isUpToDate(sql: SqlStorage, scripts: Readonly<Record<string, string>>): boolean {
  const rows = sql.exec<{ name: string; version: number }>("SELECT name, version FROM schema_version");
  const present = new Map(rows.toArray().map(({ name, version }) => [name, version]));
  return Object.entries(scripts).every(
    ([name, script]) => (present.get(name) ?? 0) >= migrationsOf(script).at(-1)!.version,
  );
}

/** Applies what is missing of the script, in the caller's transaction. `name` tells scripts of one object apart. */
export function migrate(sql: SqlStorage, name: string, script: string): void {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS schema_version (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT",
  );
  const row = sql
    .exec<{ version: number }>("SELECT version FROM schema_version WHERE name = ?", name)
    .toArray()[0];
  const present = row?.version ?? 0;
  for (const migration of migrationsOf(script)) {
    if (migration.version <= present) continue;
    sql.exec(migration.statements);
    sql.exec(
      "INSERT INTO schema_version (name, version) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version",
      name,
      migration.version,
    );
  }
}

/** The same for several scripts, by name. */
export function migrateAll(sql: SqlStorage, scripts: Readonly<Record<string, string>>): void {
  for (const [name, script] of Object.entries(scripts)) migrate(sql, name, script);
}
