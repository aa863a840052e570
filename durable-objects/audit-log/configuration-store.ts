// The marks of the configuration, as a row.

export interface ConfigurationRow {
  readonly salt: Uint8Array<ArrayBuffer>;
  readonly marks: Readonly<Record<string, string>>;
}

export class ConfigurationStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null before the first. */
  find(): ConfigurationRow | null {
    const [row] = this.#sql
      .exec<{ salt: ArrayBuffer; marks: string }>("SELECT salt, marks FROM configuration")
      .toArray();
    return row
      ? { salt: new Uint8Array(row.salt), marks: JSON.parse(row.marks) as ConfigurationRow["marks"] }
      : null;
  }

  save({ salt, marks }: ConfigurationRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO configuration (one, salt, marks) VALUES (1, ?, ?)",
      salt.buffer,
      JSON.stringify(marks),
    );
  }
}
