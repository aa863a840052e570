// The command line of the bench.
import { numberOption, type Values } from "../../scripts/command-line.ts";

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

const text = { type: "string" } as const;

export const OPTIONS = {
  only: { ...text, multiple: true },
  rounds: { ...text, default: "5" },
  seconds: { ...text, default: "3" },
  connections: { ...text, default: "32" },
  principals: { ...text, default: "64" },
  json: text,
  profile: text,
  against: text,
  list: { type: "boolean", default: false },
} as const;

/** Throws a `WrongOption` where one is out of bounds. */
export function readOptions(values: Values<typeof OPTIONS>): Options {
  return {
    only: (values.only ?? []).flatMap((names) => names.split(",")).filter((name) => name !== ""),
    rounds: numberOption("rounds", values.rounds, { min: 1, max: 100 }),
    seconds: numberOption("seconds", values.seconds, { min: 0.1, max: 60, is_whole: false }),
    connections: numberOption("connections", values.connections, { min: 1, max: 256 }),
    principals: numberOption("principals", values.principals, { min: 2, max: 1000 }),
    json_file: values.json ?? null,
    profile_folder: values.profile ?? null,
    against: values.against ?? null,
  };
}
