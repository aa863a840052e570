// What was answered, by operation and status; and which operations no request has got into.
import { operationList } from "../../src/api/operations/index.ts";
import type { Answered } from "./send.ts";

/** Refusals that admission gives, before the operation has been asked anything. */
const AT_THE_DOOR = new Set([
  "authentication_required",
  "ambiguous_credentials",
  "session_ended",
  "signature_refused",
  "step_up_required",
  "permission_denied",
  "rate_limited",
  "unsupported_media_type",
  "malformed_json",
]);

export class Tally {
  #requests = 0;
  readonly #statuses = new Map<string, Map<number, number>>();
  readonly #inside = new Set<string>();

  get requests(): number {
    return this.#requests;
  }

  count(operation: string, { status, reason }: Pick<Answered, "status" | "reason">): void {
    this.#requests += 1;
    const counts = this.#statuses.get(operation) ?? new Map<number, number>();
    this.#statuses.set(operation, counts.set(status, (counts.get(status) ?? 0) + 1));
    if (reason === null || !AT_THE_DOOR.has(reason)) this.#inside.add(operation);
  }

  /** Operations that answered nothing but what the door says. */
  get unreached(): string[] {
    return operationList.map(([id]) => id).filter((id) => !this.#inside.has(id));
  }

  /** Share of the requests that met this status, from 0 to 1. */
  share(status: number): number {
    const met = [...this.#statuses.values()].reduce((sum, counts) => sum + (counts.get(status) ?? 0), 0);
    return met / Math.max(1, this.#requests);
  }

  /** A line for each operation that was tried: its requests, and the share of each status in percent. */
  lines(): string[] {
    return [...this.#statuses].map(([id, counts]) => {
      const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
      const shares = [...counts]
        .sort(([one], [other]) => one - other)
        .map(([status, count]) => `${status}: ${Math.round((100 * count) / all)} %`);
      return `${id.padEnd(25)}${String(all).padStart(6)}  ${shares.join(", ")}`;
    });
  }
}
