// The command line of the load test.
import { parseArgs } from "node:util";
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

The size that is published: --principals 34000 --sessions 100000 --minutes 10 --rate 150
Exit code 1: an answer that nobody asked for, a complaint of the runtime, or memory that grows. 2: wrong options.`;

export class WrongOption extends Error {}

const SESSIONS_EACH = 2.9;

export function readOptions(parameters: readonly string[]): LoadOptions | "help" | WrongOption {
  try {
    return parse(parameters);
  } catch (error) {
    // parseArgs refuses unknown options by a TypeError with words for the user
    if (error instanceof WrongOption) return error;
    if (error instanceof TypeError) return new WrongOption(error.message);
    throw error;
  }
}

function parse(parameters: readonly string[]): LoadOptions | "help" {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      principals: { type: "string", default: "1000" },
      sessions: { type: "string" },
      minutes: { type: "string", default: "1" },
      rate: { type: "string", default: "100" },
      seed: { type: "string", default: "1" },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const principals = bounded("principals", values.principals, 40, 100_000);
  const sessions = values.sessions ?? String(Math.floor(principals * SESSIONS_EACH));
  return {
    principals,
    sessions: bounded("sessions", sessions, principals, principals * SESSIONS_MAX - 1),
    minutes: bounded("minutes", values.minutes, 0.05, 60),
    rate: bounded("rate", values.rate, 1, 2_000),
    seed: bounded("seed", values.seed, 0, 2 ** 31),
    json_file: values.json ?? null,
  };
}

function bounded(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max) || (name !== "minutes" && !Number.isInteger(value)))
    throw new WrongOption(`--${name} is a number from ${min} to ${max}, not "${text}"`);
  return value;
}
