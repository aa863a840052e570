// A command line as a request: flags by their names, what the path needs also in its order. Refuses, with the
// command's own words, what the command does not take, what is missing and what cannot be read.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { Command, Flag, Place } from "./command.ts";

/** The command line is wrong; the message says how. */
export class UsageError extends Error {}

/** What every command takes besides its own flags. */
export const COMMON = {
  json: { type: "boolean" },
  help: { type: "boolean" },
  origin: { type: "string" },
  key: { type: "string" },
  "key-id": { type: "string" },
  "if-match": { type: "string" },
  "idempotency-key": { type: "string" },
  body: { type: "string" },
} as const;

export type Common = {
  readonly [Name in keyof typeof COMMON]?: (typeof COMMON)[Name]["type"] extends "boolean" ? boolean : string;
};

export interface Invocation {
  readonly common: Common;
  readonly request: Record<string, unknown>;
}

type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** `--help` needs nothing else. */
export function readInvocation(command: Command, args: readonly string[]): Invocation {
  const { values, positionals } = parse(command, args);
  const common = Object.fromEntries(Object.keys(COMMON).map((name) => [name, values[name]])) as Common;
  if (common.help) return { common, request: {} };
  const given = { ...values, ...inOrder(command, positionals, values) };
  const { operation } = command;
  const request: Record<string, unknown> = {};
  for (const place of ["params", "query", "body"] as const) {
    if (operation[place])
      request[place] = inputOf(command, place, given, place === "body" ? common.body : undefined);
  }
  if (request.params) checkPath(request.params as Record<string, unknown>);
  if (operation.if_match) request.if_match = etagOf(checkHeader("if-match", common["if-match"] ?? "*"));
  const idempotency_key = common["idempotency-key"];
  if (idempotency_key !== undefined)
    request.idempotency_key = checkHeader("idempotency-key", idempotency_key);
  return { common, request };
}

/** What stands in the path cannot be empty, nor dots alone, which would change the path. */
function checkPath(values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    if (
      String(value)
        .split("/")
        .some((part) => /^\.{0,2}$/u.test(part))
    ) {
      throw new UsageError(`--${name.replaceAll("_", "-")} cannot be ${JSON.stringify(value)}.`);
    }
  }
}

/** What stands in a header is printable. */
function checkHeader(flag: "if-match" | "idempotency-key", value: string): string {
  if (/^[\x20-\x7e]*$/u.test(value)) return value;
  throw new UsageError(`--${flag} takes printable ASCII alone.`);
}

function parse({ flags, name }: Command, args: readonly string[]): { values: Values; positionals: string[] } {
  const options = Object.fromEntries(
    flags.map(({ name: flag, kind }) => [
      flag,
      { type: kind === "boolean" ? ("boolean" as const) : ("string" as const), multiple: kind === "list" },
    ]),
  );
  try {
    const parsed = parseArgs({
      args: [...args],
      options: { ...options, ...COMMON },
      allowPositionals: true,
      allowNegative: true,
    });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split(". ")[0]}.\ntaskward ${name} --help lists what it takes.`,
    );
  }
}

/** What the path needs may stand behind the command without a name, in the path's order. */
function inOrder({ flags, name }: Command, positionals: readonly string[], values: Values): Values {
  const open = flags.filter((flag) => flag.place === "params" && values[flag.name] === undefined);
  if (positionals.length > open.length) {
    throw new UsageError(`${name} takes no ${JSON.stringify(positionals[open.length])}.`);
  }
  return Object.fromEntries(positionals.map((value, at) => [open[at]!.name, value]));
}

function inputOf({ flags, name }: Command, place: Place, values: Values, whole: string | undefined): unknown {
  const input = whole === undefined ? {} : readJson(whole, "--body");
  if (!isFields(input)) throw new UsageError("--body holds no JSON object.");
  for (const flag of flags.filter((each) => each.place === place)) {
    const value = values[flag.name];
    if (value !== undefined) put(input, flag.path, readValue(flag, value));
    else if (flag.required && input[flag.path[0]!] === undefined) {
      throw new UsageError(`${name} needs --${flag.name}.`);
    }
  }
  return input;
}

function put(input: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path as [string, ...string[]];
  if (rest.length === 0) input[first] = value;
  else {
    input[first] ??= {};
    const inner = input[first];
    if (!isFields(inner)) throw new UsageError(`${first} in --body is no JSON object.`);
    put(inner, rest, value);
  }
}

const isFields = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function readValue(
  { name, place, kind, nullable }: Flag,
  value: Exclude<Values[string], undefined>,
): unknown {
  if (nullable && value === "null") return null;
  // What stands in a URL is text, whatever it means.
  if (place !== "body" || kind === "text" || kind === "list" || kind === "boolean") return value;
  if (kind === "json") return readJson(String(value), `--${name}`);
  const number = Number(value);
  if (String(value).trim() === "" || Number.isNaN(number)) throw new UsageError(`--${name} is a number.`);
  return number;
}

/** JSON itself, `@file`, or `-` for what comes in; Windows may begin either with a byte order mark, which is a blank. */
function readJson(text: string, flag: string): unknown {
  try {
    const source =
      text === "-"
        ? readFileSync(0, "utf8")
        : text.startsWith("@")
          ? readFileSync(text.slice(1), "utf8")
          : text;
    return JSON.parse(source.trim());
  } catch (error) {
    throw new UsageError(`${flag} holds no JSON: ${(error as Error).message}`);
  }
}

/** Versions may be given bare. */
const etagOf = (text: string): string => (/^\d+$/u.test(text) ? `"v${text}"` : text);
