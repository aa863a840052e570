// `npm run load`: very many principals with live sessions on a raw workerd, mixed traffic at a steady rate; ends with 1
// where anything was answered as nobody asked for, or memory grew.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runTool } from "../../scripts/command-line.ts";
import { bundleProduct } from "../bench/bundle.ts";
import { temporaryFolder } from "../bench/cleanup.ts";
import { type Server, serve } from "../bench/workerd.ts";
import { Crew } from "./crew.ts";
import { memoryOf, sampleMemory } from "./memory.ts";
import { HELP, type LoadOptions, OPTIONS, readOptions } from "./options.ts";
import { makePeople, type People } from "./people.ts";
import { type LoadReport, reportText } from "./report.ts";
import { Traffic } from "./traffic.ts";

const HANDS = 24;
/** Outboxes ship what the seeding left before the storage is kept. */
const SETTLE_MS = 15_000;
/**
 * Storage in memory, where the system has it: every object of a raw workerd waits for one thread's fsync, so that a disk
 * shared with others would be what is measured. A deployment's objects are spread over machines.
 */
const MEMORY = "/dev/shm";

const BOOTSTRAP_KEY = randomBytes(32).toString("base64url");

const say = (text: string): void => console.error(text);

/** Answers the exit code. */
async function load(options: LoadOptions): Promise<number> {
  const serveOver = await server();
  const started_ms = performance.now();
  const { people, storage } = await seed(serveOver, options);
  const seeded_seconds = (performance.now() - started_ms) / 1000;
  const running = await serveOver(storage);
  const report = await expose(running, people, options).finally(() => running.stop());
  const whole: LoadReport = { ...report, seeded_seconds, storage_mib: folderMiB(storage) };
  console.log(reportText(whole));
  if (options.json_file) writeFileSync(options.json_file, JSON.stringify(whole, null, 2));
  const { traffic, memory, complaints } = whole;
  return traffic.errors === 0 && complaints === "" && memory.is_flat ? 0 : 1;
}

/** The product, bundled once, with limits and deadlines as a deployment has them. */
async function server(): Promise<(storage: string) => Promise<Server>> {
  const bundle = await bundleProduct("seeding");
  const variables = {
    ...bundle.variables,
    KEY_RING: JSON.stringify([{ key_id: "k1", key: randomBytes(32).toString("base64url") }]),
    BOOTSTRAP_KEY,
    REGISTRATION: "open",
    // Idle sessions would else end between their seeding and their turn.
    SESSION_IDLE_SECONDS: "86400",
  };
  return (storage) => serve([{ name: "product", bundle, variables }], storage);
}

async function seed(
  serveOver: (storage: string) => Promise<Server>,
  options: LoadOptions,
): Promise<{ people: People; storage: string }> {
  const storage = existsSync(MEMORY) ? temporaryFolder(MEMORY) : temporaryFolder();
  const seeding = await serveOver(storage);
  const crew = await Crew.open(seeding.ports.product!, HANDS);
  const people = await makePeople(crew, options, BOOTSTRAP_KEY, say);
  crew.close();
  await sleep(SETTLE_MS);
  say(`${seeding.cpuSeconds().toFixed(0)} s of processor time, ${seeding.residentMiB().toFixed(0)} MiB`);
  await seeding.stop();
  return { people, storage };
}

async function expose(server: Server, people: People, options: LoadOptions) {
  say(`${options.minutes} min of traffic, ${options.rate} visits a second`);
  const memory = sampleMemory(server);
  const traffic = await new Traffic(server.ports.product!, people, options.seed).run(
    options.rate,
    options.minutes * 60,
  );
  const samples = memory.stop();
  return {
    measured_at: new Date().toISOString(),
    options,
    cpu_us_per_request: (server.cpuSeconds() / traffic.requests) * 1e6,
    memory: memoryOf(samples),
    complaints: server.complaints(),
    traffic,
    samples,
  };
}

const folderMiB = (folder: string): number =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).reduce(
    (sum, name) => sum + statSync(join(folder, name)).size,
    0,
  ) / 1_048_576;

await runTool({ help: HELP, options: OPTIONS, run: (values) => load(readOptions(values)) });
// Connections that are still open keep nobody waiting.
process.exit();
