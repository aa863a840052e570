// `npm run refill-audit`: sends to a destination that confirms nothing (syslog, Logpush) what it lacks of an audit log,
// from the entries in R2. What it holds already is read from its own files, so that nothing comes twice.
import { createReadStream } from "node:fs";
import { connect as connectPlain } from "node:net";
import { createInterface } from "node:readline";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { parseArgs } from "node:util";
import { AnswerError, ConnectionError, ProblemError } from "../api/client.ts";
import { logpush } from "../audit-sinks/logpush.ts";
import type { Sink } from "../audit-sinks/sink.ts";
import { type Connection, type SyslogServer, syslog } from "../audit-sinks/syslog.ts";
import { type Checkpoint, parseCheckpoint } from "../protocol/checkpoint.ts";
import { openNote, parseVerifierKey } from "../protocol/signed-note.ts";
import { decodeBundle, TILE_WIDTH, tileIn, tilePath } from "../protocol/tile.ts";
import { EnvironmentError } from "./environment.ts";
import { copy, NoLog, ORIGIN, type Read, service } from "./log-source.ts";
import { OriginError } from "./origin.ts";
import { failure } from "./terminal.ts";

const help = `Sends events of an audit log again, from R2, to a destination that lacks them.

  TASKWARD_TOKEN=… npm run refill-audit -- --held FILE --syslog tls://logs.example:6514
  TASKWARD_TOKEN=… npm run refill-audit -- --from 1200 --to 1500 >> FILE    lines as Logpush has them

  --held FILE     what the destination holds (may be repeated): those events are left out
  --from N        the first index; default 0
  --to N          the index to stop before; default: all that is published
  --syslog URL    tcp://host:port or tls://host:port; without it events go to standard output, a line each
  --origin URL    the service, ${ORIGIN}; the variable TASKWARD_TOKEN holds a session or API token of an AUDITOR
  --folder DIR    reads a copy instead: the objects below audit/<workspace>/log/
  --help          this text

Addresses are pseudonyms, as they are in R2. Entries are sent as they are: npm run verify-audit says whether they fit.`;

/** The command line is wrong, or the log lacks what is to be sent. */
class Refusal extends Error {}

/** Where an event begins as its log has written it, its quotes behind as many backslashes as a destination has put there. */
const EVENT = /\{(\\*)"id\1":\1"(evt_[0-9a-z]+)\1",\1"index\1":([0-9]+)/g;

/** What destinations hold: of any workspace, so that an index alone says little. */
interface Held {
  readonly ids: Set<string>;
  readonly indexes: Set<number>;
}

// What could not be written has not been sent; the console itself says nothing of it.
process.stdout.on("error", (error) => {
  failure(`Standard output takes no more: ${error.message}`);
  process.exit(2);
});

try {
  await main();
} catch (error) {
  const expected = [
    Refusal,
    NoLog,
    OriginError,
    EnvironmentError,
    ConnectionError,
    AnswerError,
    ProblemError,
  ];
  if (!expected.some((kind) => error instanceof kind) && !(error instanceof Error && "code" in error))
    throw error;
  failure((error as Error).message);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const options = parseOptions();
  if (options.help) return console.log(help);
  const [from, to] = [readIndex(options.from), readIndex(options.to)];
  const { read, keys } = options.folder === undefined ? await service(options.origin) : copy(options.folder);
  const { origin, size } = await readHead(read, keys);
  const held = await readHeld(options.held ?? []);
  const end = Math.min(to ?? size, size);
  const sink = options.syslog === undefined ? logpush(console.log) : toSyslog(options.syslog, origin);
  let sent = 0;
  for (let first = from ?? 0; first < end; ) {
    const index = Math.floor(first / TILE_WIDTH);
    const next = Math.min((index + 1) * TILE_WIDTH, end);
    const wanted = indexes(first, next);
    const entries = await readEntries(read, size, index);
    if (!entries && wanted.some((each) => !held.indexes.has(each))) throw lacking(size, index);
    const missing = wanted.filter((each) => entries && !held.ids.has(idOf(entries[each % TILE_WIDTH]!)));
    if (entries && missing.length > 0) {
      const events = missing.map((each) => entries[each % TILE_WIDTH]!);
      await deliver(sink, origin, missing[0]!, events);
      sent += events.length;
    }
    first = next;
  }
  await new Promise((written) => process.stdout.write("", written));
  // Standard output is for events alone.
  console.error(`${sent} events sent, ${Math.max(0, end - (from ?? 0)) - sent} were there already.`);
}

function indexes(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, at) => first + at);
}

function parseOptions() {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      options: {
        ...{ from: text, to: text, syslog: text, origin: text, folder: text },
        held: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    throw new Refusal(`${(error as Error).message}\n  See: npm run refill-audit -- --help`);
  }
}

function readIndex(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^[0-9]{1,15}$/.test(text)) throw new Refusal(`"${text}" is no index`);
  return Number(text);
}

async function readHead(read: Read, keys: readonly string[]): Promise<Checkpoint> {
  const note = await read("checkpoint");
  const known = keys.map(parseVerifierKey).filter((key) => key !== null);
  const opened = note && (await openNote(new TextDecoder().decode(note), known));
  const checkpoint = opened && parseCheckpoint(opened.text);
  if (!checkpoint) throw new Refusal("The log has no checkpoint that its keys have signed.");
  return checkpoint;
}

function entriesPath(size: number, index: number): string {
  return tilePath(tileIn(size, "entries", index)!);
}

/** Null where the log has them no more. */
async function readEntries(read: Read, size: number, index: number): Promise<string[] | null> {
  const bytes = await read(entriesPath(size, index));
  const entries = bytes ? decodeBundle(bytes) : null;
  return entries?.map((entry) => new TextDecoder().decode(entry)) ?? null;
}

function lacking(size: number, index: number): Refusal {
  return new Refusal(`The log lacks ${entriesPath(size, index)}: it may be beyond retention.`);
}

function idOf(entry: string): string {
  return (JSON.parse(entry) as { id: string }).id;
}

async function readHeld(files: readonly string[]): Promise<Held> {
  const held: Held = { ids: new Set(), indexes: new Set() };
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      const found = [...line.matchAll(EVENT)];
      // A text within an event may look like another, but is escaped once more than the event itself.
      const fewest = found.reduce(
        (least, [, slashes]) => Math.min(least, slashes!.length),
        Number.MAX_SAFE_INTEGER,
      );
      for (const [, slashes, id, index] of found) {
        if (slashes!.length > fewest) continue;
        held.ids.add(id!);
        held.indexes.add(Number(index));
      }
    }
  }
  return held;
}

async function deliver(
  sink: Sink,
  workspace: string,
  first: number,
  entries: readonly string[],
): Promise<void> {
  for (let at = 0; at < entries.length; at += sink.events_max) {
    const delivery = { workspace, first, entries: entries.slice(at, at + sink.events_max) };
    await sink.deliver(delivery, new AbortController().signal);
  }
}

/** As the service itself would send them, under the host that the log's origin names. */
function toSyslog(text: string, origin: string): Sink {
  const { protocol, hostname, port } = URL.canParse(text) ? new URL(text) : new URL("none:");
  if (!["tcp:", "tls:"].includes(protocol) || port === "")
    throw new Refusal(`"${text}" is not tcp://host:port or tls://host:port`);
  const server = { hostname, port: Number(port), tls: protocol === "tls:" };
  return syslog(server, origin.split("/")[0]!, connectTo);
}

function connectTo({ hostname, port, tls }: SyslogServer): Connection {
  const socket = tls
    ? connectTls({ host: hostname, port, servername: hostname })
    : connectPlain({ host: hostname, port });
  const opened = new Promise<void>((resolve, reject) => {
    socket.once(tls ? "secureConnect" : "connect", resolve).once("error", reject);
  });
  const { writable } = Duplex.toWeb(socket) as unknown as { writable: WritableStream<Uint8Array> };
  return { opened, writable, close: async () => void socket.destroySoon() };
}
