// `npm run agent`: a worker that signs its requests, as an example to start from. It registers, claims tasks, renews
// its lease, completes them, and goes on where it was when the service comes back.
import { parseArgs } from "node:util";
import { AnswerError, ConnectionError, createClient, type Fetch, ProblemError } from "../api/client.ts";
import { fetchWithin } from "../api/fetch-within.ts";
import { createSigner } from "../api/sign-request.ts";
import type { SignatureKey } from "../protocol/message-signature.ts";
import { AgentCertificate } from "./agent-certificate.ts";
import { agentKey, KeyFileError } from "./agent-key.ts";
import { ownStage, type Registered, register } from "./agent-stage.ts";
import { work } from "./agent-work.ts";
import { EnvironmentError, keyIdOf, tokenOf } from "./environment.ts";
import { bootstrapKey, SecretsError } from "./local-secrets.ts";
import { OriginError, parseOrigin } from "./origin.ts";
import { failure, heading, note } from "./terminal.ts";

const ORIGIN = "http://localhost:8787";
/** What was not answered by then is asked again. */
const ANSWER_SECONDS_MAX = 15;
/** And so often at least while a lease lasts. */
const TRIES_PER_LEASE = 4;

const help = `A worker that signs its requests (RFC 9421): claims tasks, renews its lease, completes them.

  npm run agent                            in a workspace of its own, on a running "npm start"
  npm run agent -- --register NAME --key FILE --project ID --skill german:3
                                           registers with the operator's token in TASKWARD_TOKEN, and works
  npm run agent -- --key FILE --key-id TEXT --project ID
                                           works as the worker that it was registered as

  --origin URL               the server; default ${ORIGIN}
  --key FILE                 private key, PEM or JWK; --register makes an Ed25519 key where there is no file
  --certificate FILE         where its certificate is kept, and the next one a month before that ends;
                             default: the key's file with .crt behind
  --key-id TEXT              what the registration answered; or the variable TASKWARD_KEY_ID
  --project ID               where to work: the worker is a member of it
  --skill NAME:LEVEL         what it can do, 1 to 5; may be repeated
  --tasks N                  ends after so many tasks; default: when nothing fits any more
  --work-seconds S           how long each task takes; default 2
  --lease-seconds S          how long a lease lasts; default 120
  --patience-seconds S       how long the service may be away, or say nothing; default 300
  --bootstrap-key-file FILE  where the server's bootstrap key is, for a workspace of its own; default .dev.vars
  --help                     this text`;

/** The command line is wrong. */
class Refusal extends Error {}

try {
  await main();
} catch (error) {
  const expected = [
    Refusal,
    OriginError,
    EnvironmentError,
    KeyFileError,
    SecretsError,
    ConnectionError,
    AnswerError,
    ProblemError,
  ];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  failure((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) return console.log(help);
  const origin = parseOrigin(options.origin ?? ORIGIN);
  const skills = (options.skill ?? ["research:4", "german:3"]).map(parseSkill);
  const pace = {
    work_seconds: seconds(options["work-seconds"] ?? "2"),
    lease_seconds: seconds(options["lease-seconds"] ?? "120"),
    patience_seconds: seconds(options["patience-seconds"] ?? "300"),
    tasks_max: options.tasks === undefined ? null : seconds(options.tasks),
  };
  const fetch = fetchWithin(answerMs(pace));
  const own = options.project === undefined;
  const name = options.register ?? (own ? "example-agent" : undefined);
  const key = await agentKey(options.key, { may_make: name !== undefined });
  const stage = own ? await ownStage(origin, bootstrapKey(options["bootstrap-key-file"])) : null;
  const project_id = stage?.project_id ?? options.project!;
  const file = options.certificate ?? (options.key && `${options.key}.crt`);
  const certificate = new AgentCertificate(file);
  const manager = name === undefined ? null : (stage?.operator ?? operator(origin));
  const { key_id, worker_id, ...registered } =
    manager && name !== undefined
      ? await register(manager, { name, skills, public_jwk: key.public_jwk })
      : await known(options["key-id"], { origin, key, fetch });
  heading(`Worker ${worker_id} at ${origin}${stage ? `, in ${stage.workspace}` : ""}`);
  if (name !== undefined) note(`registered as ${name}; its signatures name their key by\n${key_id}`);
  if (options.register !== undefined && options.key === undefined)
    note("its key is kept nowhere: with --key FILE it could work again");
  // What can fail from here on has not cost the name and its key.
  if (registered.certificate !== undefined) certificate.save(registered.certificate);
  await manager?.setMember({ params: { project_id, user_id: worker_id }, body: { role: "editor" } });
  const completed = await work({
    client: signing(key_id, { origin, key, fetch }),
    certificate,
    worker_id,
    project_id,
    ...pace,
  });
  const end = pace.tasks_max === null || completed < pace.tasks_max;
  console.log(
    `\nCompleted ${completed} ${completed === 1 ? "task" : "tasks"}${end ? "; nothing is left that fits" : ", as asked for"}.`,
  );
}

/** Without patience an answer is asked for once, and waited for all the same. */
function answerMs({ patience_seconds, lease_seconds }: { patience_seconds: number; lease_seconds: number }) {
  const bounds = [ANSWER_SECONDS_MAX, patience_seconds, lease_seconds / TRIES_PER_LEASE];
  return Math.ceil(1000 * Math.min(...bounds.filter((each) => each > 0)));
}

function parseOptions() {
  const text = { type: "string" } as const;
  try {
    return parseArgs({
      options: {
        origin: text,
        key: text,
        certificate: text,
        "key-id": text,
        register: text,
        project: text,
        skill: { type: "string", multiple: true },
        tasks: text,
        "work-seconds": text,
        "lease-seconds": text,
        "patience-seconds": text,
        "bootstrap-key-file": text,
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n  See: npm run agent -- --help`);
  }
}

interface Asked {
  readonly origin: string;
  readonly key: SignatureKey;
  readonly fetch: Fetch;
}

/** The worker that a signature with that key stands for. */
async function known(given: string | undefined, asked: Asked): Promise<Registered> {
  const key_id = keyIdOf(given);
  if (key_id === null)
    throw new Refusal("--project needs --register NAME, or the --key-id of a registration.");
  return { key_id, worker_id: (await signing(key_id, asked).whoAmI()).body.principal.id };
}

function signing(key_id: string, { origin, key, fetch }: Asked) {
  return createClient({ origin, signer: createSigner({ ...key, key_id }), fetch });
}

function operator(origin: string) {
  const session_token = tokenOf();
  if (session_token === null)
    throw new Refusal("--register needs an operator's session or API token in TASKWARD_TOKEN.");
  return createClient({ origin, session_token });
}

function parseSkill(text: string) {
  const [, name, level] = /^([^:]+):([1-5])$/.exec(text) ?? [];
  if (name === undefined) throw new Refusal(`"${text}" is no skill. It is like german:3.`);
  return { name, level: Number(level) };
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new Refusal(`"${text}" is no number.`);
}
