// Who an object is and what time it has: its name, its incarnation, and a clock that never runs backward.
import { randomId } from "../src/protocol/random.ts";

interface IdentityRow extends Record<string, SqlStorageValue> {
  name: string;
  incarnation: string;
  clock_ms: number;
}

/** The stored high-water mark of the clock may lag by this, so that it costs a commit no page of its own. */
const CLOCK_STALE_MS = 1_000;
/** Clocks of machines differ by less; a larger step back is told to the audit. */
const STEP_BACK_MS = 1_000;

export class Identity {
  readonly #sql: SqlStorage;
  readonly #given_name: string | undefined;
  #row: IdentityRow | null = null;
  #workspace = "";
  #stored_clock_ms = 0;
  #is_behind = false;

  /** @param name by which the object was called; alarms of older runtimes do not know it. */
  constructor(sql: SqlStorage, name: string | undefined) {
    this.#sql = sql;
    this.#given_name = name;
  }

  get exists(): boolean {
    return this.#row !== null;
  }

  /** `<workspace>/<id>`, or the workspace alone. */
  get name(): string {
    return this.#row?.name ?? this.#given_name ?? "";
  }

  /** The workspace that it belongs to; every request asks for it. */
  get workspace(): string {
    this.#workspace ||= this.name.split("/")[0]!;
    return this.#workspace;
  }

  /** What it is called within its workspace. */
  get id(): string {
    return this.name.split("/")[1]!;
  }

  /** Who the object is to those to whom it ships. */
  asSource(kind: string): { source: string; incarnation: string } {
    return { source: `${kind}/${this.name}`, incarnation: this.#row!.incarnation };
  }

  /** Never before any time that the object has already recorded. */
  now(): number {
    return Math.max(Date.now(), this.#row?.clock_ms ?? 0);
  }

  /** Reads it anew: at the start, and after a transaction was rolled back. */
  load(): void {
    this.#row =
      this.#sql.exec<IdentityRow>("SELECT name, incarnation, clock_ms FROM object").toArray()[0] ?? null;
    this.#stored_clock_ms = this.#row?.clock_ms ?? 0;
  }

  create(): void {
    const now_ms = Date.now();
    this.#sql.exec(
      "INSERT INTO object (one, name, incarnation, created_at_ms, clock_ms) VALUES (1, ?, ?, ?, ?)",
      this.#given_name!,
      randomId("inc_"),
      now_ms,
      now_ms,
    );
    this.load();
  }

  /** Becomes a new source to whomever it ships. */
  renew(): void {
    this.#sql.exec("UPDATE object SET incarnation = ?", randomId("inc_"));
    const { incarnation } = this.#sql.exec<{ incarnation: string }>("SELECT incarnation FROM object").one();
    this.#row!.incarnation = incarnation;
  }

  forget(): void {
    this.#row = null;
  }

  /**
   * Moves the clock on with the machine's; answers by how many ms the machine's has stepped back.
   * Once for each step: recording it takes a transaction, which would find the clock behind again.
   */
  keepTime(): number {
    const wall_ms = Date.now();
    const behind_ms = this.#row!.clock_ms - wall_ms;
    const was_behind = this.#is_behind;
    this.#is_behind = behind_ms > STEP_BACK_MS;
    if (behind_ms >= 0) return this.#is_behind && !was_behind ? behind_ms : 0;
    this.#row!.clock_ms = wall_ms;
    if (this.isClockStale) this.storeClock();
    return 0;
  }

  /** Whether the next change of the time is to be stored. */
  get isClockStale(): boolean {
    return Date.now() - this.#stored_clock_ms >= CLOCK_STALE_MS;
  }

  /** What depends on a time being past is stored together with that time. */
  storeClock(): void {
    this.#stored_clock_ms = this.#row!.clock_ms;
    this.#sql.exec("UPDATE object SET clock_ms = ?", this.#stored_clock_ms);
  }
}
