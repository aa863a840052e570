// `npm run keys`: before a key is taken out of the ring. Goes through everybody of a workspace, integrations included,
// has sealed anew what can be, and says what the other keys are still used for. Ends with 1 while a key but the newest
// is in use.
import { parseArgs } from "node:util";
import { AnswerError, ConnectionError, createClient, ProblemError } from "../api/client.ts";
import { fetchWithin } from "../api/fetch-within.ts";
import { EnvironmentError, tokenOf } from "./environment.ts";
import { OriginError, parseOrigin } from "./origin.ts";
import { pages } from "./pages.ts";
import { Progress, withProgress } from "./progress.ts";
import { PATIENCE_MS, retry } from "./retry.ts";
import { failure, heading, note, table } from "./terminal.ts";

const ORIGIN = "http://localhost:8787";
const ANSWER_MS = 30_000;
const help = `Seals anew what older keys seal, and says what each key of the ring is still used for.

  TASKWARD_TOKEN=… npm run keys            ends with 1 while a key but the newest is in use

  TASKWARD_TOKEN   an ADMIN's session token, or an API token with system:admin, system:user_manage, worker:manage,
                   project:list and project:update
  --origin URL     the server; default ${ORIGIN}
  --help           this text

Every workspace has to be asked, each by an ADMIN of its own.`;

class Refusal extends Error {}

const ADDRESSES =
  "hook_address: deliveries come by an address of that key. Read the integration, and give its sender the address that it shows.";

/** Whoever has never answered is soon given up. */
let patience_ms = 5_000;

type Client = ReturnType<typeof createClient>;
type Sweep = Awaited<ReturnType<Client["sweepKeys"]>>["body"];

try {
  await main();
} catch (error) {
  const expected = [Refusal, OriginError, EnvironmentError, ConnectionError, AnswerError, ProblemError];
  if (!expected.some((kind) => error instanceof kind)) throw error;
  failure((error as Error).message);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) return console.log(help);
  const session_token = tokenOf();
  if (session_token === null) throw new Refusal(`TASKWARD_TOKEN is not set.\n  See: npm run keys -- --help`);
  const origin = parseOrigin(options.origin ?? ORIGIN);
  const client = createClient({ origin, session_token, fetch: fetchWithin(ANSWER_MS) });
  const progress = new Progress("Asking everybody");
  const sweeps = await withProgress(progress, () => sweepAll(client, progress));
  // Reading the authorities' certificates seals their private keys anew.
  await must(() => client.readAuthorities());
  report(sweeps);
}

/** One after the other, as the rate limit lets it: hours in a large workspace. */
async function sweepAll(client: Client, progress: Progress): Promise<Sweep[]> {
  const sweeps: Sweep[] = [];
  const ids = await everybody(client);
  progress.expect(ids.length);
  for (const principal_id of ids) {
    const sweep = await patiently(() => client.sweepKeys({ params: { principal_id } }));
    if (sweep) sweeps.push(sweep.body);
    progress.advance(1);
  }
  return sweeps;
}

async function everybody(client: Client): Promise<string[]> {
  const ids: string[] = [];
  for await (const { users } of pages((query) => must(() => client.listUsers({ query })))) {
    ids.push(...users.map(({ id }) => id));
  }
  for await (const { workers } of pages((query) => must(() => client.listWorkers({ query })))) {
    ids.push(...workers.map(({ id }) => id));
  }
  for await (const { integrations } of everyIntegration(client))
    ids.push(...integrations.map(({ id }) => id));
  return ids;
}

/** Of all projects, those that can still be restored among them. */
async function* everyIntegration(client: Client) {
  for (const status of [{}, { status: "deleted" }] as const) {
    const all = { scope: "all", ...status } as const;
    for await (const { projects } of pages((query) =>
      must(() => client.listProjects({ query: { ...query, ...all } })),
    )) {
      for (const { id: project_id } of projects) {
        yield* pages((query) => must(() => client.listIntegrations({ query: { ...query, project_id } })));
      }
    }
  }
}

/** Asks again where the server was away or busy; null for somebody who has left meanwhile. */
async function patiently<Value>(ask: () => Promise<Value>): Promise<Value | null> {
  try {
    const value = await retry(ask, { patience_ms });
    patience_ms = PATIENCE_MS;
    return value;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 404) return null;
    throw error;
  }
}

async function must<Value>(ask: () => Promise<Value>): Promise<Value> {
  const value = await patiently(ask);
  if (value === null) throw new Refusal("The server does not know this list.");
  return value;
}

function report(sweeps: readonly Sweep[]): void {
  const [first] = sweeps;
  if (!first) throw new Refusal("Nobody is here.");
  const { newest_key_id, key_ids } = first;
  const counts = new Map<string, number>();
  for (const { key_id, kind, count } of sweeps.flatMap(({ uses }) => uses)) {
    const name = `${key_id ?? "unknown"} ${kind}`;
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  heading(`Keys of the ring, as ${sweeps.length} of this workspace use them`);
  const rows = [...counts].sort().map(([name, count]) => {
    const [key = "", used_for = ""] = name.split(" ");
    return { key, used_for, count: String(count) };
  });
  table(rows, ({ key }) => (key === newest_key_id ? "dim" : undefined));
  const used = new Set(rows.map(({ key }) => key));
  for (const key_id of key_ids.filter((each) => each !== newest_key_id)) {
    note(used.has(key_id) ? `${key_id} is in use: keep it.` : `${key_id} is used by nobody here.`);
  }
  const gone = [...used].filter((key) => key !== "unknown" && !key_ids.includes(key));
  for (const key_id of gone) note(`${key_id} is in use and not in the ring: put it back.`);
  if (rows.some(({ key, used_for }) => used_for === "hook_address" && key !== newest_key_id)) note(ADDRESSES);
  if (used.has("unknown")) note("What was made under an unknown key has to be made anew, or to expire.");
  if (used.size > 1 || !used.has(newest_key_id)) process.exitCode = 1;
}

function parseOptions() {
  try {
    return parseArgs({ options: { origin: { type: "string" }, help: { type: "boolean", short: "h" } } })
      .values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n  See: npm run keys -- --help`);
  }
}
