// Audit logs for tests alone: opened, with a way to append, and with R2 read back, watched or out of order.
import { type LogSource, type Verdict, verifyLog } from "../../../src/protocol/log-verification.ts";
import { parseVerifierKey, type VerifierKey } from "../../../src/protocol/signed-note.ts";
import type { AuditEntry, UnsequencedEvent } from "../../../src/schema/audit-event.ts";
import { logKey } from "../../../src/schema/log-object.ts";
import type { AuditLogRpc } from "../../../src/schema/messages/audit-log.ts";
import type { EventBatch } from "../../../src/schema/messages/outbox.ts";
import { inside, objectOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";

export const eventNamed = (id: string, more: Partial<UnsequencedEvent> = {}): UnsequencedEvent => ({
  id,
  timestamp: "2026-01-01T00:00:00.000Z",
  event_type: "task.created",
  category: "data_change",
  severity: "info",
  user_id: null,
  session_id: null,
  ip_address: null,
  request_id: null,
  decision: "allow",
  rule: null,
  targets: ["prj_ü"],
  details: { text: "a line\nbreak" },
  metadata: { version: 1, count: 1 },
  ...more,
});

/** R2 itself, whatever a test has put in its place for the objects. */
export const bucket = env.AUDIT_BUCKET;

let logs = 0;

export type NewLog = Awaited<ReturnType<typeof newLog>>;

/** An opened log of its own with a way to append to it. */
export async function newLog() {
  const workspace = `log-${logs++}`;
  const rpc = env.AUDIT_LOG.getByName(workspace);
  await rpc.open();
  let next = 1;
  const batch = (count: number, more: Partial<UnsequencedEvent> = {}): EventBatch => {
    const first_sequence = next;
    next += count;
    const rows = Array.from({ length: count }, (_, offset) =>
      eventNamed(`evt_${workspace}_${first_sequence + offset}`, more),
    );
    return { version: 1, source: "project/prj_1", incarnation: "inc_1", first_sequence, rows };
  };
  const append = (count: number, more?: Partial<UnsequencedEvent>) => rpc.append(batch(count, more));
  return { workspace, rpc, stub: objectOf("AUDIT_LOG", workspace), append, batch };
}

/** An object of the log in R2. */
export async function readLog(workspace: string, path: string): Promise<Uint8Array | null> {
  const object = await bucket.get(logKey(workspace, path));
  return object && new Uint8Array(await object.arrayBuffer());
}

/** Paths of the log in R2, below its prefix. */
export async function pathsOf(workspace: string): Promise<string[]> {
  const prefix = logKey(workspace, "");
  const { objects } = await bucket.list({ prefix });
  return objects.map(({ key }) => key.slice(prefix.length)).sort();
}

/** The published verifier keys. */
export async function keysOf(workspace: string): Promise<VerifierKey[]> {
  const text = new TextDecoder().decode((await readLog(workspace, "verifier-keys"))!);
  return text
    .trimEnd()
    .split("\n")
    .map((line) => parseVerifierKey(line)!);
}

/** Recomputes the log from R2; each entry must also carry its own index. */
export async function verified(workspace: string, more: Partial<LogSource> = {}): Promise<Verdict> {
  return verifyLog({
    read: (path) => readLog(workspace, path),
    keys: await keysOf(workspace),
    check: (entry, index) =>
      (JSON.parse(new TextDecoder().decode(entry)) as AuditEntry).index === index ? null : "out of place",
    ...more,
  });
}

export type Operation = "get" | "put" | "delete";
type Watch = (
  operation: Operation,
  key: string,
  perform: () => Promise<unknown>,
  value: unknown,
) => Promise<unknown>;

/** Lets a test stand between a log and R2 until it calls what this answers. */
export const watchBucket = (stub: DurableObjectStub, watch: Watch): Promise<() => void> =>
  inside(stub, (instance) => {
    const log = instance as unknown as AuditLogRpc & { env: { AUDIT_BUCKET: R2Bucket } };
    const { env: bindings } = log;
    const stand =
      (operation: Operation) =>
      (key: string | string[], ...rest: unknown[]) => {
        const perform = () =>
          (bucket[operation] as (...all: unknown[]) => Promise<unknown>).call(bucket, key, ...rest);
        return watch(operation, String(key), perform, rest[0]);
      };
    bindings.AUDIT_BUCKET = Object.assign(Object.create(bucket), {
      get: stand("get"),
      put: stand("put"),
      delete: stand("delete"),
    });
    return () => {
      bindings.AUDIT_BUCKET = bucket;
    };
  });
