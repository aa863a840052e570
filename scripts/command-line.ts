// The command line of a tool: options, help, and one way of saying what cannot be meant.
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Its message is for whoever typed the option. */
export class WrongOption extends Error {}

/** The options as they came, each by its name. */
export type Values<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options }>
>["values"];

export interface Tool<Options extends ParseArgsOptionsConfig> {
  readonly help: string;
  readonly options: Options;
  /** Whether words beside options are taken; not by default. */
  readonly takes_words?: boolean;
  /** Answers the exit code, 0 where it answers nothing; a `WrongOption` that it throws ends it with 2. */
  run(values: Values<Options>, words: readonly string[]): unknown;
}

/** Runs the tool with this process' parameters, and sets its exit code. `--help` shows the help and does nothing. */
export async function runTool<const Options extends ParseArgsOptionsConfig>(
  tool: Tool<Options>,
): Promise<void> {
  try {
    const { help, values, words } = parameters(tool);
    if (help) return console.log(tool.help);
    const status = await tool.run(values, words);
    if (typeof status === "number") process.exitCode = status;
  } catch (error) {
    if (!(error instanceof WrongOption)) throw error;
    console.error(`${error.message}\n\n${tool.help}`);
    process.exitCode = 2;
  }
}

function parameters<Options extends ParseArgsOptionsConfig>({ options, takes_words = false }: Tool<Options>) {
  try {
    const { values, positionals: words } = parseArgs({
      options: { ...options, help: { type: "boolean" } },
      allowPositionals: takes_words,
    });
    return { help: "help" in values, values: values as Values<Options>, words };
  } catch (error) {
    // It refuses what it does not know by a TypeError with words for the user.
    throw error instanceof TypeError ? new WrongOption(error.message) : error;
  }
}

/** A number within bounds, whole unless said otherwise. */
export function numberOption(
  name: string,
  text: string,
  { min, max, is_whole = true }: { readonly min: number; readonly max: number; readonly is_whole?: boolean },
): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max && (!is_whole || Number.isInteger(value)))
    return value;
  const kind = is_whole ? "a whole number" : "a number";
  throw new WrongOption(
    `--${name} is ${kind} from ${min.toLocaleString("en")} to ${max.toLocaleString("en")}, not "${text}".`,
  );
}

const SEEDS = { min: 0, max: 2 ** 31 } as const;

/** The seed that was given, or one drawn from the clock. */
export const seedOption = (text: string | undefined): number =>
  text === undefined ? Date.now() % 1_000_000 : numberOption("seed", text, SEEDS);
