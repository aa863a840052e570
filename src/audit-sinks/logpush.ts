// Audit events as structured lines of the Worker's log, which Logpush carries away. Nobody confirms them: best effort.
import type { Sink } from "./sink.ts";

const EVENTS_MAX = 500;

export const logpush = (print: (line: string) => void): Sink => ({
  name: "logpush",
  acknowledges: false,
  leaves: true,
  events_max: EVENTS_MAX,
  wait_ms: 0,
  async deliver({ entries }) {
    for (const entry of entries) print(`{"audit":${entry}}`);
  },
});
