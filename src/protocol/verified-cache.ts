// A bounded memory of what has been verified: token -> claims, the least recently used goes first.
// Safe because a MAC's truth never changes: it says that we minted the token, and that stays so. Whether
// the session still lives is no business of this cache; the object that owns it decides on each request.
// Keep one cache per key ring (a retired key takes its cache along), and never put a refusal into it,
// or else strangers could push out the entries of real callers.

/** Remembers at most `entries_max` values, each under the exact text that was verified. */
export class VerifiedCache<T> {
  // A Map iterates in order of insertion, so its first key is the one that was used longest ago.
  readonly #entries = new Map<string, T>();
  readonly #entriesMax: number;

  /** Makes an empty cache; throws unless `entries_max` is a whole number from 1 on. */
  constructor(entries_max: number) {
    if (!Number.isInteger(entries_max) || entries_max < 1)
      throw new RangeError("a cache holds at least one entry");
    this.#entriesMax = entries_max;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Answers what was kept under the text and marks it as just used; treat the value as read-only. */
  get(text: string): T | undefined {
    const value = this.#entries.get(text);
    if (value === undefined) return undefined;
    this.#entries.delete(text);
    this.#entries.set(text, value);
    return value;
  }

  /** Keeps a value, and drops the least recently used one where there is no room. */
  set(text: string, value: T): void {
    this.#entries.delete(text);
    if (this.#entries.size >= this.#entriesMax) {
      const oldest = this.#entries.keys().next().value;
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(text, value);
  }
}
