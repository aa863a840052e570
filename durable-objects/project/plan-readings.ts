// Readings of all tasks that are under way. Each is of the tasks as they were when it began, however long it takes:
// whoever is about to change or delete a task has it kept, as it is, for the readings that have not come to it. So
// what one task names is there, and none waits for itself, which pages of different moments cannot promise.
// Breaks off the oldest readings where more is kept than fits.
import type { PlanPlace, PlanStore } from "./plan-store.ts";

/** Rows that are read at once; between pages the object serves others. */
const PAGE_ROWS = 500;
/** Kept for all readings together, in characters. */
const KEPT_MAX = 8_388_608;

export class PlanReadings {
  readonly #store: PlanStore;
  readonly #under_way = new Set<Reading>();

  constructor(store: PlanStore) {
    this.#store = store;
  }

  /** One that begins now. `mayGoOn` is asked before each page. The caller ends it. */
  begin(mayGoOn: () => boolean): Reading {
    const reading = new Reading(this.#store, mayGoOn);
    this.#under_way.add(reading);
    return reading;
  }

  end(reading: Reading): void {
    this.#under_way.delete(reading);
  }

  /** To be called before a task is changed or deleted, or what it waits for. */
  keep(id: string): void {
    if (this.#under_way.size === 0) return;
    const place = this.#store.place(id);
    if (!place) return;
    for (const reading of this.#under_way) reading.keep(place);
    let kept = [...this.#under_way].reduce((sum, reading) => sum + reading.kept_characters, 0);
    for (const reading of this.#under_way) {
      if (kept <= KEPT_MAX) return;
      kept -= reading.kept_characters;
      reading.breakOff();
      this.end(reading);
    }
  }
}

export class Reading {
  readonly #store: PlanStore;
  readonly #mayGoOn: () => boolean;
  /** Tasks that come later are not read. */
  readonly #last: number;
  /** Tasks up to this one have been read. */
  #reached = 0;
  /** By number. */
  readonly #kept = new Map<number, PlanPlace>();
  #kept_characters = 0;
  #is_broken_off = false;

  constructor(store: PlanStore, mayGoOn: () => boolean) {
    this.#store = store;
    this.#mayGoOn = mayGoOn;
    this.#last = store.newest();
  }

  get kept_characters(): number {
    return this.#kept_characters;
  }

  keep(place: PlanPlace): void {
    const { number, line } = place;
    if (number <= this.#reached || number > this.#last || this.#kept.has(number)) return;
    this.#kept.set(number, place);
    this.#kept_characters += line.length;
  }

  breakOff(): void {
    this.#is_broken_off = true;
    this.#kept.clear();
    this.#kept_characters = 0;
  }

  /** The ids of all tasks, in pages. Throws like `lines`. */
  *ids(): Generator<string[]> {
    for (let after = 0; after < this.#last; ) {
      this.#check();
      const rows = this.#store.ids(after, this.#last, PAGE_ROWS);
      const through = this.#throughOf(rows);
      const ids = this.#asKept(rows, after, through).map(({ id }) => id);
      after = through;
      yield ids;
    }
  }

  /** All tasks as lines, in pages. Throws where the reading was broken off, and where it may not go on. */
  *lines(): Generator<string[]> {
    while (this.#reached < this.#last) {
      this.#check();
      const rows = this.#store.places(this.#reached, this.#last, PAGE_ROWS);
      const through = this.#throughOf(rows);
      const lines = this.#asKept(rows, this.#reached, through).map(({ line }) => line);
      this.#reach(through);
      yield lines;
    }
  }

  #check(): void {
    if (this.#is_broken_off) throw new Error("too much was changed while all tasks were read");
    if (!this.#mayGoOn()) throw new Error("whoever reads all tasks may do so no longer");
  }

  #throughOf(rows: readonly { readonly number: number }[]): number {
    return rows.length < PAGE_ROWS ? this.#last : rows.at(-1)!.number;
  }

  /** Those places, with the kept ones among them as they were. */
  #asKept<Place extends { readonly number: number }>(
    rows: readonly Place[],
    after: number,
    through: number,
  ): (Place | PlanPlace)[] {
    const places = new Map<number, Place | PlanPlace>(rows.map((row) => [row.number, row]));
    for (const [number, kept] of this.#kept) {
      if (number > after && number <= through) places.set(number, kept);
    }
    return [...places.values()].sort((a, b) => a.number - b.number);
  }

  #reach(number: number): void {
    this.#reached = number;
    for (const [at, { line }] of this.#kept) {
      if (at > number) continue;
      this.#kept.delete(at);
      this.#kept_characters -= line.length;
    }
  }
}
