// Does the export of an audit log grow with it? Logs of ten thousand and of a million events, written into the
// sequencer's storage beforehand, are exported whole in each format, while the memory of the isolate is looked at: the
// heap as its inspector tells it, garbage included, and the whole process.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as wait } from "node:timers/promises";
import type { Bench, Case, Row } from "./case.ts";
import { inspect } from "./profile.ts";
import { address, clientHeaders } from "./seed.ts";
import type { Server } from "./workerd.ts";

const SIZES = [10_000, 1_000_000] as const;
const FORMATS = ["jsonl", "csv", "ocsf"] as const;
/** What Cloudflare gives an isolate. */
const ISOLATE_MIB = 128;
const LOOK_MS = 50;
const MIB = 1_048_576;

/** The sequencer keeps all texts itself: the stand-in of R2 keeps none. */
const VARIABLES = { AUDIT_RECENT_EVENTS: "2000000" };

export const exportCases: readonly Case[] = FORMATS.map((format) => ({
  name: `audit-export-${format}`,
  title: `memory of an isolate that exports 10,000 and 1,000,000 audit events as ${format}`,
  by_name_only: true,
  async run(bench) {
    const rows: Row[] = [];
    for (const size of SIZES) {
      const { admin_token } = await bench.stage.population();
      const prepare = (storage: string) => lengthen(storage, size);
      const server = await bench.stage.start(["product"], { inspect: true, prepare, variables: VARIABLES });
      try {
        bench.say(`audit-export, ${size} events as ${format}`);
        rows.push(await measure(bench, server, admin_token, size, format));
      } finally {
        await server.stop();
      }
    }
    return rows;
  },
}));

async function measure(
  bench: Bench,
  server: Server,
  admin_token: string,
  size: number,
  format: string,
): Promise<Row> {
  const { ask, close } = await inspect(server.inspector_port!, "product");
  let is_over = false;
  const peaks = { heap: 0, resident: 0 };
  const looking = (async () => {
    for (; !is_over; await wait(LOOK_MS)) {
      const usage = (await ask("Runtime.getHeapUsage")) as Record<string, number>;
      const { usedSize = 0, embedderHeapUsedSize = 0, backingStorageSize = 0 } = usage;
      peaks.heap = Math.max(peaks.heap, (usedSize + embedderHeapUsedSize + backingStorageSize) / MIB);
      peaks.resident = Math.max(peaks.resident, server.residentMiB());
    }
  })();
  const started_ms = performance.now();
  const headers = clientHeaders(address(0), admin_token);
  const url = `http://127.0.0.1:${server.ports.product}/v1/audit/export?format=${format}&event_type=task.updated`;
  const answer = await fetch(url, { headers });
  let lines = 0;
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines++;
  }
  const seconds = (performance.now() - started_ms) / 1000;
  is_over = true;
  await looking;
  close();
  const expected = format === "csv" ? size + 1 : size;
  if (answer.status !== 200 || lines !== expected)
    bench.fail(`${format}: ${answer.status}, ${lines} lines where ${expected} were expected`);
  if (peaks.heap > ISOLATE_MIB) bench.fail(`${format}: ${Math.round(peaks.heap)} MiB of heap`);
  const note = `heap at most ${peaks.heap.toFixed(0)} MiB of ${ISOLATE_MIB}, process ${peaks.resident.toFixed(0)} MiB; ${(bytes / MIB).toFixed(0)} MiB in ${seconds.toFixed(1)} s`;
  return {
    ...{ case: `${size} audit events as ${format}, a second`, connections: 1 },
    requests_per_second: size / seconds,
    ...{ p50_ms: null, p99_ms: null, cpu_us: null, baseline: null, ratio: null },
    ...{ quartiles: null, cpu_ratio: null, target: null, note, rounds: [{ ...peaks, bytes, seconds }] },
  };
}

/** Writes so many events into the storage of the one audit log that is there, as if all were published and delivered. */
function lengthen(storage_folder: string, count: number): void {
  const folder = join(storage_folder, "product-AuditLog");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]{64}\.sqlite$/.test(name))!;
  const database = new DatabaseSync(join(folder, file));
  const { first } = database.prepare("SELECT max(idx) + 1 AS first FROM event").get() as { first: number };
  const end = first + count;
  database.exec("BEGIN");
  database
    .prepare(
      `WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?2)
       INSERT INTO event (idx, id, event_type, category, severity, user_id, decision, timestamp, entry)
       SELECT i, 'evt_' || i, 'task.updated', 'data_change', 'info', 'usr_' || (i % 500), 'allow',
         '2026-01-01T00:00:00.000Z', replace(?3, '@', i) FROM n`,
    )
    .run(first, end, ENTRY);
  database.prepare("UPDATE tree SET size = ?, planned_size = NULL").run(end);
  database.prepare("UPDATE sink SET next_idx = ?, chunk_end_idx = NULL").run(end);
  // The edge that a tree of that size has, whatever its hashes.
  for (let level = 0, hashes = end; hashes > 0; level++, hashes = Math.floor(hashes / 256)) {
    database
      .prepare("INSERT OR REPLACE INTO tree_edge (level, hashes) VALUES (?, ?)")
      .run(level, new Uint8Array((hashes % 256) * 32));
  }
  database.exec("COMMIT");
  database.close();
}

/** As the product writes them; the index stands for `@`. */
const ENTRY = JSON.stringify({
  ...{ id: "evt_@", index: "@", timestamp: "2026-01-01T00:00:00.000Z", event_type: "task.updated" },
  ...{ category: "data_change", severity: "info", user_id: "usr_01kbmq8r1v2n3s4t5w6x7y8z90" },
  ...{ session_id: "ses_01kbmq8r1v2n3s4t5w6x7y8z90", ip_address: "psn_0123456789abcdef" },
  ...{ request_id: "req_01kbmq8r1v2n3s4t5w6x7y8z90", decision: "allow", rule: "project_editor" },
  targets: ["prj_01kbmq8r1v2n3s4t5w6x7y8z90", "tsk_01kbmq8r1v2n3s4t5w6x7y8z90"],
  details: { changed: ["title", "status"], version: 17, note: "=1+1" },
  ...{ metadata: { version: 1, count: 1 }, sealed: null },
}).replace('"index":"@"', '"index":@');
