// The newest cosigned checkpoint, as a row.

export interface CosignedRow {
  readonly size: number;
  /** The checkpoint as the log signed it. */
  readonly note: string;
  /** Signature lines of witnesses, each with its newline. */
  readonly lines: readonly string[];
}

export class WitnessStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(): CosignedRow | null {
    const [row] = this.#sql
      .exec<{ size: number; note: string; lines: string }>("SELECT size, note, lines FROM cosigned")
      .toArray();
    // The version before kept them by the witness's name.
    return row ? { ...row, lines: Object.values<string>(JSON.parse(row.lines)) } : null;
  }

  save({ size, note, lines }: CosignedRow): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO cosigned (one, size, note, lines) VALUES (1, ?, ?, ?)",
      size,
      note,
      JSON.stringify(lines),
    );
  }
}
