// The verifiable tree's rows: how far it is published, its right edge, and what of it lies in R2 for a while only.
import { hashesOf } from "../../src/protocol/tile.ts";
import { type Edge, joined } from "../../src/protocol/tile-growth.ts";

export interface Tree extends Record<string, SqlStorageValue> {
  origin: string;
  size: number;
  planned_size: number | null;
  checkpoint: string | null;
  kept_from: number;
  trimmed: number;
  trim_to: number | null;
  trim_event: string | null;
}

/** What a finished publication has changed. */
export interface Published {
  readonly size: number;
  readonly checkpoint: string;
  readonly edge: Edge;
  /** Partial objects that were put: their keys, and the paths of the full ones. */
  readonly partial: readonly { readonly key: string; readonly full_path: string }[];
  /** Paths of the full ones that were put. */
  readonly full: readonly string[];
  /** Verifier keys that signed, as texts. */
  readonly signed_by: readonly string[];
}

export class TreeStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Null before the first plan. */
  tree(): Tree | null {
    const rows = this.#sql
      .exec<Tree>(
        `SELECT origin, size, planned_size, checkpoint, kept_from, trimmed, trim_to, trim_event FROM tree`,
      )
      .toArray();
    return rows[0] ?? null;
  }

  /** The log's name stays that of its first plan. */
  begin(origin: string): void {
    this.#sql.exec("INSERT INTO tree (one, origin, size) VALUES (1, ?, 0) ON CONFLICT DO NOTHING", origin);
  }

  plan(size: number): void {
    this.#sql.exec("UPDATE tree SET planned_size = ?", size);
  }

  keepFrom(index: number): void {
    this.#sql.exec("UPDATE tree SET kept_from = ?", index);
  }

  planTrim(trim_to: number, event_id: string): void {
    this.#sql.exec("UPDATE tree SET trim_to = ?, trim_event = ?", trim_to, event_id);
  }

  trimmed(): void {
    this.#sql.exec(
      `UPDATE tree SET trimmed = trim_to, kept_from = max(kept_from, trim_to), trim_to = NULL, trim_event = NULL`,
    );
  }

  edge(): Edge {
    return this.#sql
      .exec<{ hashes: ArrayBuffer }>("SELECT hashes FROM tree_edge ORDER BY level")
      .toArray()
      .map(({ hashes }) => hashesOf(new Uint8Array(hashes)));
  }

  record({ size, checkpoint, edge, partial, full, signed_by }: Published): void {
    this.#sql.exec("UPDATE tree SET size = ?, checkpoint = ?, planned_size = NULL", size, checkpoint);
    for (const [level, hashes] of edge.entries()) {
      this.#sql.exec(
        "INSERT INTO tree_edge (level, hashes) VALUES (?, ?) ON CONFLICT (level) DO UPDATE SET hashes = excluded.hashes",
        level,
        joined(hashes).buffer,
      );
    }
    for (const { key, full_path } of partial) {
      this.#sql.exec(
        "INSERT INTO partial_tile (key, full_path, superseded) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
        key,
        full_path,
      );
    }
    for (const path of full) {
      this.#sql.exec("UPDATE partial_tile SET superseded = 1 WHERE full_path = ?", path);
    }
    for (const text of signed_by) {
      this.#sql.exec(
        "INSERT INTO verifier_key (text, since_size) VALUES (?, ?) ON CONFLICT DO NOTHING",
        text,
        size,
      );
    }
  }

  /** Keys of partial objects that full ones stand for by now. */
  superseded(limit: number): string[] {
    return this.#sql
      .exec<{ key: string }>("SELECT key FROM partial_tile WHERE superseded = 1 LIMIT ?", limit)
      .toArray()
      .map(({ key }) => key);
  }

  forget(keys: readonly string[]): void {
    for (const key of keys) this.#sql.exec("DELETE FROM partial_tile WHERE key = ?", key);
  }

  /** Every verifier key that has signed, newest first. */
  verifierKeys(): string[] {
    return this.#sql
      .exec<{ text: string }>("SELECT text FROM verifier_key ORDER BY since_size DESC, text")
      .toArray()
      .map(({ text }) => text);
  }
}
