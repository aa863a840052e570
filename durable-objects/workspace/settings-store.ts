// The settings of a workspace as a row: where they are decided, and where they are obeyed.
import type { VersionedSettings } from "../../src/schema/messages/workspace.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../src/schema/settings.ts";

export class SettingsStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** What older rows lack is as it is by default. Null before the first change. */
  read(): VersionedSettings | null {
    const [row] = this.#sql
      .exec<{ version: number; settings: string }>("SELECT version, settings FROM settings")
      .toArray();
    if (!row) return null;
    const settings = { ...DEFAULT_SETTINGS, ...(JSON.parse(row.settings) as Partial<Settings>) };
    return { settings, version: row.version };
  }

  save({ settings, version }: VersionedSettings): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO settings (one, version, settings) VALUES (1, ?, ?)",
      version,
      JSON.stringify(settings),
    );
  }
}
