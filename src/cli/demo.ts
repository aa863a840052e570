// `npm run demo`: a first walk through a running Taskward, over HTTP and through the typed client alone.
// It works in a fresh workspace of its own, says what it sends and what comes back, and ends with exit
// code 1 at the first answer that differs from what it promises.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AnswerError, ConnectionError } from "../api/client.ts";
import { bootstrapKey, SecretsError } from "./local-secrets.ts";
import { OriginError, parseOrigin } from "./origin.ts";
import { PlanError } from "./plan-check.ts";
import { readPlan } from "./plan-file.ts";
import { Surprise } from "./story.ts";
import { failure } from "./terminal.ts";
import { tell } from "./walk.ts";

const PLAN = fileURLToPath(new URL("../../plans/community-library.json", import.meta.url));
const ORIGIN = "http://localhost:8787";
const HEALTH_MS_MAX = 10_000;

const help = `Shows what a running Taskward does, step by step, in a fresh workspace of its own.

  npm run demo
  npm run demo -- --origin URL --plan FILE

  --origin URL               the server; default ${ORIGIN}, where "npm start" listens
  --plan FILE                the plan to import; default plans/community-library.json
                             (also Plane, Vikunja, PSPLIB and iMOPSE files)
  --bootstrap-key-file FILE  where the server's bootstrap key is; default .dev.vars
                             (or the variable BOOTSTRAP_KEY)
  --help                     this text`;

/** The command line is wrong, or there is no server. */
class Refusal extends Error {}

try {
  await main();
} catch (error) {
  const expected = [Refusal, OriginError, Surprise, PlanError, SecretsError, ConnectionError, AnswerError];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  failure((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) return console.log(help);
  const origin = parseOrigin(options.origin ?? ORIGIN);
  const plan = readPlan(options.plan ?? PLAN);
  await requireServer(origin);
  await tell({ origin, plan, bootstrap_key: bootstrapKey(options["bootstrap-key-file"]) });
}

function parseOptions() {
  try {
    return parseArgs({
      options: {
        origin: { type: "string" },
        plan: { type: "string" },
        "bootstrap-key-file": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n  See: npm run demo -- --help`);
  }
}

async function requireServer(origin: string): Promise<void> {
  const answer = await fetch(`${origin}/healthz`, { signal: AbortSignal.timeout(HEALTH_MS_MAX) }).catch(
    () => null,
  );
  if (answer?.ok) return;
  const found = answer
    ? `answers ${answer.status} to GET /healthz, so it is no healthy Taskward`
    : "does not answer";
  throw new Refusal(
    `${origin} ${found}. Start it with "npm start" in another terminal, then run this again.`,
  );
}
