// A fetch that does not wait for ever: a service that has gone without a word closes no connection.
import type { Fetch } from "./client.ts";

/** The platform's fetch for a client; an answer, its body included, that takes longer than `ms` is none. */
export function fetchWithin(ms: number): Fetch {
  return (url, { signal, ...init }) => {
    const late = AbortSignal.timeout(ms);
    return fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, late]) : late });
  };
}
