// `npm run client`: Taskward in a terminal. Every operation is a command; without one there is a menu.
import { parseArgs } from "node:util";
import { ProblemError } from "../../api/client.ts";
import { line } from "../terminal.ts";
import { credentialsFile, forgetCredentials, saveCredentials } from "./credentials.ts";
import { bashCompletion, overview } from "./help.ts";
import { menu } from "./menu.ts";
import { createPrompt } from "./prompt.ts";
import { type Common, UsageError } from "./request.ts";
import { EXIT, explain, runCommand } from "./run.ts";
import { securityTests, type TrialName } from "./security-tests.ts";
import { clientFor, keptClient, originOf } from "./session.ts";
import { signIn } from "./sign-in.ts";

const [name, ...args] = process.argv.slice(2);

/** Commands that are no operations: what they take stands in the overview. */
const OWN: ReadonlySet<string> = new Set(["sign-in", "sign-out", "security-tests", "completion"]);

// Whoever reads what is written may have had enough, as `head` has.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.done);
});

try {
  process.exitCode = await main();
} catch (error) {
  process.exitCode = explain(error);
}

async function main(): Promise<number> {
  if (OWN.has(name ?? "") && args.includes("--help")) {
    console.log(overview());
    return EXIT.done;
  }
  switch (name) {
    case undefined:
      await asking((prompt) =>
        menu(prompt, { signIn: () => enter({}), signOut, securityTests: (which) => tests({}, which) }),
      );
      return EXIT.done;
    case "help":
    case "--help":
    case "-h":
      console.log(overview());
      return EXIT.done;
    case "completion":
      console.log(bashCompletion());
      return EXIT.done;
    case "sign-in":
      await enter(signInOptions());
      return EXIT.done;
    case "sign-out":
      if (args.length > 0) throw new UsageError("sign-out takes nothing: it ends the session that is kept.");
      await signOut();
      return EXIT.done;
    case "security-tests":
      return (await tests(signInOptions())) ? EXIT.done : EXIT.fault;
    default:
      if (name.startsWith("-")) throw new UsageError("Flags stand behind the command. --help lists all.");
      await runCommand(name, args);
      return EXIT.done;
  }
}

type SignInOptions = Pick<Common, "origin"> & {
  workspace?: string | undefined;
  username?: string | undefined;
};

function signInOptions(): SignInOptions {
  const text = { type: "string" } as const;
  try {
    return parseArgs({ args, options: { origin: text, workspace: text, username: text } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

async function enter(options: SignInOptions): Promise<void> {
  const { credentials } = await asking((prompt) => signIn(originOf(options), options, prompt));
  saveCredentials(credentialsFile(), credentials);
  line({
    text: `Signed in as ${credentials.username} of ${credentials.workspace} at ${credentials.origin}.`,
  });
}

/** The session that is kept ends on both sides; one that the service has ended already is forgotten all the same. */
async function signOut(): Promise<void> {
  try {
    await keptClient()?.logout();
  } catch (error) {
    if (!(error instanceof ProblemError && error.status === 401)) throw error;
  }
  forgetCredentials(credentialsFile());
  line({ text: "Signed out." });
}

async function tests(options: SignInOptions, which?: TrialName): Promise<boolean> {
  line({ text: "This signs in once more; that session ends with the tests." });
  const fresh = await asking((prompt) => signIn(originOf(options), options, prompt));
  const watcher = process.env.TASKWARD_TOKEN ? await clientFor({ origin: fresh.credentials.origin }) : null;
  return securityTests(fresh, watcher, which);
}

async function asking<Value>(
  work: (prompt: ReturnType<typeof createPrompt>) => Promise<Value>,
): Promise<Value> {
  const prompt = createPrompt();
  try {
    return await work(prompt);
  } finally {
    prompt.close();
  }
}
