// The command line of the bench.
import { parseArgs } from "node:util";

export interface Options {
  /** Names, or beginnings of names, of the cases to run; empty for all but those that run only when named. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Of each measurement at many connections; at one connection it is a third. */
  readonly seconds: number;
  readonly principals: number;
  readonly connections: number;
  readonly json_file: string | null;
  readonly profile_folder: string | null;
  /** A revision of this repository to compare with, instead of the bare runtime. */
  readonly against: string | null;
}

export const HELP = `npm run bench [-- options]

Measures the product on a raw workerd, always beside the bare runtime, and prints one table of ratios.

  --only NAME[,NAME]   run these cases alone (or groups: "bare", "task"); --list shows them
  --rounds N           fresh processes for each case, the median counts          (5)
  --seconds S          measured time of a round at many connections             (3)
  --connections N      callers at once                                          (32)
  --principals N       users that the callers are spread over                   (64)
  --json FILE          write every round's figures as JSON too
  --profile FOLDER     also take a CPU profile of each case in the first round, and write it there
  --against REV        instead: the same requests to the product as it was at that revision and as it is
                       here, in turns; the ratios are those of now to then
  --list               show the cases
  --help               show this

Exit code 1: a case did not run or met an unexpected reply. 2: wrong options. Targets only inform.`;

export class WrongOption extends Error {}

/** Reads the options, or answers what to print instead. */
export function readOptions(parameters: readonly string[]): Options | "help" | "list" | WrongOption {
  try {
    return parse(parameters);
  } catch (error) {
    // parseArgs refuses unknown options by a TypeError with words for the user
    if (error instanceof WrongOption) return error;
    if (error instanceof TypeError) return new WrongOption(error.message);
    throw error;
  }
}

function parse(parameters: readonly string[]): Options | "help" | "list" {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      only: { type: "string", multiple: true, default: [] },
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "3" },
      connections: { type: "string", default: "32" },
      principals: { type: "string", default: "64" },
      json: { type: "string" },
      profile: { type: "string" },
      against: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  if (values.list) return "list";
  return {
    only: values.only.flatMap((names) => names.split(",")).filter((name) => name !== ""),
    rounds: bounded("rounds", values.rounds, 1, 100),
    seconds: bounded("seconds", values.seconds, 0.1, 60),
    connections: bounded("connections", values.connections, 1, 256),
    principals: bounded("principals", values.principals, 2, 1000),
    json_file: values.json ?? null,
    profile_folder: values.profile ?? null,
    against: values.against ?? null,
  };
}

function bounded(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max) || (name !== "seconds" && !Number.isInteger(value)))
    throw new WrongOption(`--${name} is a number from ${min} to ${max}, not "${text}"`);
  return value;
}
