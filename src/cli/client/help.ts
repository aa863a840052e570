// What the client says of itself: all commands by group, one command with an example, and completion for shells.
import { TAGS } from "../../api/openapi/tags.ts";
import type { Operation } from "../../api/operation.ts";
import { type Command, commands, type Flag } from "./command.ts";

const NAME_WIDTH = 26;
const FLAG_WIDTH = 30;

const USAGE = `taskward: tasks of people and agents, in a terminal

  npm run client                          a menu
  npm run client -- sign-in               asks for name, password and code, and keeps the session
  npm run client -- COMMAND [FLAGS]       one of the commands below; COMMAND --help says what it takes
  npm run client -- sign-out              ends the session and forgets it
  npm run client -- security-tests        tries what must be refused
  npm run client -- completion bash       completes commands and flags: source <(…)

Flags of every command, behind it:
  --origin URL               the service; default: where you are signed in, else http://localhost:8787
  --json                     the answer as it came
  --key FILE --key-id TEXT   signs as a worker instead (PEM or JWK)

TASKWARD_TOKEN holds a session or API token to use instead of a sign-in; TASKWARD_CREDENTIALS names the file that
keeps the session, otherwise ~/.config/taskward/credentials.json.
Exit codes: 0 done, 1 a fault of the client's, 2 wrong command line, 3 sign in first, 4 refused, 5 no answer.`;

export function overview(): string {
  const groups = Object.entries(TAGS).map(([tag, { title }]) => {
    const list = commands.filter(({ operation }) => operation.tag === tag);
    return `${title}\n${list.map(({ name, operation }) => `  ${name.padEnd(NAME_WIDTH)}${operation.summary}`).join("\n")}`;
  });
  return `${USAGE}\n\n${groups.join("\n\n")}`;
}

export function commandHelp({ name, operation, flags }: Command): string {
  const path = flags.filter(({ place }) => place === "params").map((flag) => placeholder(flag));
  const parts = [
    `taskward ${[name, ...path, flags.length > path.length ? "[FLAGS]" : ""].join(" ").trim()}`,
    `${operation.summary}.`,
    operation.description,
    flags.map(flagLine).join("\n"),
    common(operation).join("\n"),
    `Example\n  npm run client -- ${[name, ...path, exampleFlags({ operation, flags })].join(" ").trim()}`,
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join("\n\n");
}

/** One word for a shell, whatever stands in it. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What an operation shows in its reference, each field by its own flag where there is one; else what it cannot do without. */
function exampleFlags({ operation, flags }: Pick<Command, "operation" | "flags">): string {
  const body = operation.example as Record<string, unknown> | string | undefined;
  if (typeof body !== "object") {
    const needed = flags.filter(({ place, required }) => place !== "params" && required);
    return needed.map((flag) => `--${flag.name} ${placeholder(flag)}`).join(" ") || "--json";
  }
  const plain = (value: unknown) =>
    ["string", "number", "boolean"].includes(typeof value) && !String(value).includes("\n");
  if (!Object.values(body).every(plain)) return `--body ${quoted(JSON.stringify(body))}`;
  return Object.entries(body)
    .map(([field, value]) => {
      const name = `--${field.replaceAll("_", "-")}`;
      if (typeof value === "boolean") return value ? name : name.replace("--", "--no-");
      return `${name} ${typeof value === "number" ? value : quoted(String(value))}`;
    })
    .join(" ");
}

const placeholder = ({ path }: Flag): string => path.at(-1)!.toUpperCase();

const flagLine = ({ name, kind, required, note }: Flag): string =>
  `  --${`${name} ${kind === "boolean" ? "" : kind === "number" ? "N" : kind === "json" ? "JSON" : "TEXT"}`.padEnd(FLAG_WIDTH)}${[required && "required", note].filter(Boolean).join("; ")}`.trimEnd();

const common = ({ if_match, idempotency_key, body }: Operation): string[] => [
  ...(body
    ? [`  --${"body JSON".padEnd(FLAG_WIDTH)}the whole body, @FILE or - for what comes in; flags win`]
    : []),
  ...(if_match
    ? [`  --${"if-match VERSION".padEnd(FLAG_WIDTH)}the version that is changed; default: any`]
    : []),
  ...(idempotency_key
    ? [`  --${"idempotency-key TEXT".padEnd(FLAG_WIDTH)}a repeat with it is not carried out twice`]
    : []),
];

/** For `source <(npm run --silent client -- completion bash)`; zsh reads it by bashcompinit. */
export function bashCompletion(): string {
  const names = ["sign-in", "sign-out", "security-tests", "completion", ...commands.map(({ name }) => name)];
  const cases = commands.map(
    ({ name, flags }) => `    ${name}) words="${flags.map((flag) => `--${flag.name}`).join(" ")}";;`,
  );
  return `_taskward() {
  local words="${names.join(" ")}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
    *) words="";;
    esac
    words="$words --json --help --origin --key --key-id"
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _taskward taskward`;
}
