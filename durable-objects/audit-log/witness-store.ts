// The newest cosigned checkpoint, as a row.

export interface CosignedRow {
  readonly size: number;
  /** The checkpoint as the log signed it. */
  readonly note: string;
  /** Witness to its signature line, with its newline. */
  readonly lines: Readonly<Record<string, string>>;
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
    return row ? { ...row, lines: JSON.parse(row.lines) as CosignedRow["lines"] } : null;
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
