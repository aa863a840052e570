// What things take where they lie, in SQLite: sessions, nonces, buckets of clients and audit events, with their indexes;
// and what an object takes while it is awake. Read from the seeded storage itself.
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Bench, Case, Row } from "./case.ts";
import { removeFolder, temporaryFolder } from "./cleanup.ts";
import { Connection, requestBytes } from "./http.ts";
import { clientHeaders } from "./seed.ts";

interface Kept {
  readonly title: string;
  readonly object: string;
  readonly tables: readonly string[];
  /** Whose rows are counted. */
  readonly counted: string;
  readonly per: number;
}

export const KEPT: Readonly<Record<"sessions" | "nonces" | "clients" | "events", Kept>> = {
  sessions: {
    title: "1,000 sessions",
    object: "Principal",
    tables: ["session"],
    counted: "session",
    per: 1_000,
  },
  nonces: { title: "10,000 nonces", object: "Principal", tables: ["nonce"], counted: "nonce", per: 10_000 },
  clients: {
    title: "1,000 clients' buckets",
    object: "Principal",
    tables: ["bucket"],
    counted: "bucket",
    per: 1_000,
  },
  events: {
    title: "10,000 audit events",
    object: "AuditLog",
    tables: ["event", "event_term", "event_block"],
    counted: "event",
    per: 10_000,
  },
};
export const AWAKE = "a principal that is awake, resident memory";

export const memoryCases: readonly Case[] = [
  {
    name: "memory",
    title: "bytes of sessions, nonces, buckets and events, and of objects that are awake",
    async run(bench) {
      bench.say("memory");
      return [...(await rowsKept(bench)), await rowAwake(bench)];
    },
  },
];

async function rowsKept({ stage }: Bench): Promise<Row[]> {
  const folder = temporaryFolder();
  cpSync(await stage.seededFolder(), folder, { recursive: true });
  try {
    return Object.values(KEPT).map((kept) => {
      const bytes = bytesOf(folder, kept) * kept.per;
      return row(`${kept.title}, as they are stored`, `${(bytes / 1024).toFixed(0)} KiB`, { bytes });
    });
  } finally {
    removeFolder(folder);
  }
}

/** Of one, over all objects of that kind: what the cells of its tables and their indexes hold. */
function bytesOf(folder: string, { object, tables, counted }: Kept): number {
  const place = join(folder, `product-${object}`);
  let [bytes, count] = [0, 0];
  for (const file of readdirSync(place).filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))) {
    const database = new DatabaseSync(join(place, file));
    const one = (sql: string, ...values: string[]) =>
      Number(Object.values(database.prepare(sql).get(...values)!)[0]);
    if (one("SELECT count(*) FROM sqlite_master WHERE name = ?", counted) > 0) {
      count += one(`SELECT count(*) FROM ${counted}`);
      for (const table of tables)
        bytes += one(
          "SELECT coalesce(sum(payload), 0) FROM dbstat WHERE name IN (SELECT name FROM sqlite_master WHERE tbl_name = ?)",
          table,
        );
    }
    database.close();
  }
  return bytes / count;
}

/** The process grows by so much with each principal that a request wakes, once its code is warm. */
async function rowAwake(bench: Bench): Promise<Row> {
  const { principals } = await bench.stage.population();
  const server = await bench.stage.start(["product"]);
  const connection = await Connection.open(server.ports.product!);
  const ask = async (i: number) => {
    const { address, session_token } = principals[i]!;
    const request = requestBytes("GET", "/v1/session", clientHeaders(address, session_token));
    const { status } = await connection.exchange(request);
    if (status !== 200) bench.fail(`memory: unexpected status ${status}`);
  };
  try {
    for (let n = 0; n < 500; n++) await ask(0);
    const before_mib = server.residentMiB();
    for (let i = 1; i < principals.length; i++) await ask(i);
    const bytes = ((server.residentMiB() - before_mib) * 1_048_576) / (principals.length - 1);
    return row(AWAKE, `${(bytes / 1024).toFixed(0)} KiB each, of ${principals.length}`, { bytes });
  } finally {
    connection.close();
    await server.stop();
  }
}

const row = (title: string, note: string, round: { readonly bytes: number }): Row => ({
  case: title,
  connections: null,
  requests_per_second: null,
  p50_ms: null,
  p99_ms: null,
  cpu_us: null,
  baseline: null,
  ratio: null,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note,
  rounds: [round],
});
