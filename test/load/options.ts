// The command line of the load test.
import { numberOption, seedOption, type Values } from "../../scripts/command-line.ts";
import { SESSIONS_MAX } from "./people.ts";

export interface LoadOptions {
  readonly principals: number;
  /** Of all of them together. */
  readonly sessions: number;
  readonly minutes: number;
  /** Visits a second; some make a second request. */
  readonly rate: number;
  readonly seed: number;
  readonly json_file: string | null;
}

export const HELP = `npm run load [-- options]

Seeds principals with live sessions and teams with a project each, then sends mixed traffic at a steady rate under the
limits of production, and watches answers and memory. Everything runs on this machine.

  --principals N   people                                             (1000)
  --sessions N     live sessions of all of them, fewer than three each (2.9 each)
  --minutes M      of traffic                                         (1)
  --rate R         visits a second                                    (100)
  --seed N         draws the same traffic again                       (1)
  --json FILE      write all figures as JSON too
  --help           show this

The size that is published: --principals 34000 --sessions 100000 --minutes 10 --rate 100
Exit code 1: an answer that nobody asked for, a complaint of the runtime, or memory that grows. 2: wrong options.`;

const SESSIONS_EACH = 2.9;
const text = { type: "string" } as const;

export const OPTIONS = {
  principals: { ...text, default: "1000" },
  sessions: text,
  minutes: { ...text, default: "1" },
  rate: { ...text, default: "100" },
  seed: { ...text, default: "1" },
  json: text,
} as const;

/** Throws a `WrongOption` where one is out of bounds. */
export function readOptions(values: Values<typeof OPTIONS>): LoadOptions {
  const principals = numberOption("principals", values.principals, { min: 40, max: 100_000 });
  const sessions = values.sessions ?? String(Math.floor(principals * SESSIONS_EACH));
  return {
    principals,
    sessions: numberOption("sessions", sessions, { min: principals, max: principals * SESSIONS_MAX - 1 }),
    minutes: numberOption("minutes", values.minutes, { min: 0.05, max: 60, is_whole: false }),
    rate: numberOption("rate", values.rate, { min: 1, max: 2_000 }),
    seed: seedOption(values.seed),
    json_file: values.json ?? null,
  };
}
