// One command, from its words to what is written and the exit code. Scripts may rely on the codes.
import { AnswerError, type Client, ConnectionError, ProblemError } from "../../api/client.ts";
import { KeyFileError } from "../agent-key.ts";
import { EnvironmentError } from "../environment.ts";
import { OriginError } from "../origin.ts";
import { printable, printableLines } from "../printable.ts";
import { Progress, withProgress } from "../progress.ts";
import { failure } from "../terminal.ts";
import { type Command, commandNamed, commands, nameOf } from "./command.ts";
import { CredentialsError, credentialsFile } from "./credentials.ts";
import { commandHelp } from "./help.ts";
import { show } from "./output.ts";
import { checkPinnedLog, ForkedLog } from "./pinned-log.ts";
import { InputEnded } from "./prompt.ts";
import { readInvocation, UsageError } from "./request.ts";
import { clientFor, workspacePlace } from "./session.ts";

export const EXIT = { done: 0, fault: 1, usage: 2, sign_in: 3, refused: 4, no_answer: 5 } as const;

type AnyCall = (request: object) => Promise<{ body: unknown }>;

export async function runCommand(name: string, args: readonly string[]): Promise<void> {
  const command = commandNamed(name);
  if (!command) throw new UsageError(`There is no command ${name}. ${suggestion(name)}`);
  const { common, request } = readInvocation(command, args);
  if (common.help) return console.log(commandHelp(command));
  const progress = new Progress(command.operation.summary);
  const client = await clientFor(common, progress);
  const { tag, caller } = command.operation;
  const place = workspacePlace(common);
  if (tag === "audit" && caller === "session" && place !== null) {
    await checkPinnedLog(client, place, credentialsFile());
  }
  const answer = await withProgress(progress, () => callOf(client, command)(request));
  if (common.json && !(answer.body instanceof Uint8Array))
    console.log(printableLines(JSON.stringify(answer.body ?? null, null, 2)));
  else show(answer.body);
}

const callOf = (client: Client, { id }: Command): AnyCall => client[id] as unknown as AnyCall;

/** Letters that a mistyped command shares with the one that was meant. */
const ALIKE = 6;

function suggestion(name: string): string {
  const near = commands.filter((each) => each.name.slice(0, ALIKE) === name.slice(0, ALIKE));
  const words = near.slice(0, 5).map((each) => each.name);
  return words.length > 0 ? `Did you mean ${words.join(" or ")}?` : "--help lists all.";
}

const WRONG_INPUT = [UsageError, OriginError, EnvironmentError, CredentialsError, KeyFileError, InputEnded];

/** Says what went wrong and what to do, and answers the exit code. Throws what is a defect. */
export function explain(error: unknown): number {
  if (WRONG_INPUT.some((kind) => error instanceof kind)) {
    failure((error as Error).message);
    return EXIT.usage;
  }
  if (error instanceof ForkedLog) {
    failure(error.message);
    return EXIT.fault;
  }
  if (error instanceof ProblemError) {
    failure([inCommands(error), ...complaints(error), advice(error)].filter(Boolean).join("\n  "));
    return error.status === 401 ? EXIT.sign_in : error.status >= 500 ? EXIT.no_answer : EXIT.refused;
  }
  if (error instanceof ConnectionError || error instanceof AnswerError) {
    failure(`${inCommands(error)}\n  Is the service there? "npm start" runs one on this machine.`);
    return EXIT.no_answer;
  }
  throw error;
}

/** The client speaks of operations; who types knows them as commands. */
const inCommands = ({ message }: Error): string => printable(message).replace(/^[A-Za-z]+(?=: )/u, nameOf);

const complaints = ({ problem }: ProblemError): string[] =>
  (problem.errors ?? []).map(({ pointer, detail }) => printable(`${pointer || "the body"}: ${detail}`));

function advice({ status, reason, retry_after_seconds }: ProblemError): string {
  if (reason === "step_up_required")
    return "Sign in again: this wants an authentication of the last ten minutes.";
  if (status === 401) return "Sign in first: npm run client -- sign-in";
  return retry_after_seconds === null ? "" : `Again in ${retry_after_seconds} seconds.`;
}
