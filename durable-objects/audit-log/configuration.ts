// The configuration that the log last ran under, as a MAC for each variable that is set: the first alarm under another
// one is an event that names the variables, and no value. Values cannot be told from the marks.
import { randomBytes } from "../../src/protocol/random.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { ConfigurationStore } from "./configuration-store.ts";

const SALT_BYTES = 32;

export class Configuration {
  readonly #object: ObjectSurface;
  readonly #store: ConfigurationStore;
  #noted = false;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new ConfigurationStore(object.sql);
  }

  /** Once for each life of this object's memory: a configuration only changes with a new one. */
  note(): void {
    if (this.#noted) return;
    const before = this.#store.find();
    const salt = before?.salt ?? randomBytes(SALT_BYTES);
    const marks = this.#object.config.marks(salt);
    const names = new Set([...Object.keys(marks), ...Object.keys(before?.marks ?? {})]);
    const changed = [...names].filter((name) => before?.marks[name] !== marks[name]).sort();
    if (changed.length > 0) {
      this.#object.transact((at_ms) => {
        this.#store.save({ salt, marks });
        // What a log began under is no change.
        if (!before) return;
        this.#object.audit({ type: "system.configuration_changed", at_ms, by: null, details: { changed } });
      });
    }
    this.#noted = true;
  }
}
