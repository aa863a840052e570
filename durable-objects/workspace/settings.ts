// The workspace's settings: one row, changed by whoever has seen its version. The audit log adopts them before the
// answer, so that they hold from then on.

import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import type { VersionedSettings } from "../../src/schema/messages/workspace.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { DEFAULT_SETTINGS, type Settings as Values } from "../../src/schema/settings.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { SettingsStore } from "./settings-store.ts";

/** Where the audit log hears of them. */
export const AUDIT_SETTINGS = "audit-settings";

export class Settings {
  readonly #object: ObjectSurface;
  readonly #store: SettingsStore;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new SettingsStore(object.sql);
  }

  read(): VersionedSettings {
    return this.#store.read() ?? { settings: DEFAULT_SETTINGS, version: 1 };
  }

  async change(
    actor: Actor,
    change: Partial<Values>,
    version: number | null,
  ): Promise<Result<Changed<VersionedSettings>>> {
    const changed: Result<Changed<VersionedSettings>> = this.#object.transact((now_ms) => {
      const before = this.read();
      if (version !== null && version !== before.version) return refuse("stale_version");
      const value = { settings: { ...before.settings, ...change }, version: before.version + 1 };
      this.#store.save(value);
      this.#object.append(AUDIT_SETTINGS, value);
      const details = { fields: Object.keys(change) };
      const event_id = this.#object.audit({ type: "settings.changed", at_ms: now_ms, by: actor, details });
      return ok({ value, event_id });
    });
    if (!changed.ok || (await this.#object.shipNow(AUDIT_SETTINGS))) return changed;
    return refuse("unavailable", { detail: "decided, and still on its way to the audit log" });
  }
}
