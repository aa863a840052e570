// Audit events to a syslog server: RFC 5424 over TCP or TLS, a connection a delivery. The protocol confirms nothing:
// best effort, and a gap is filled from R2.
import { frameSyslog } from "../protocol/syslog-message.ts";
import type { AuditEvent, Severity } from "../schema/audit-event.ts";
import type { Sink } from "./sink.ts";

export interface SyslogServer {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
}

/** As much of a runtime's socket as this needs. */
export interface Connection {
  readonly opened: Promise<unknown>;
  readonly writable: WritableStream<Uint8Array>;
  close(): Promise<void>;
}

const LOG_AUDIT = 13;
const SEVERITY: Readonly<Record<Severity, number>> = { debug: 7, info: 6, warning: 4, error: 3, critical: 2 };
const EVENTS_MAX = 200;
const WAIT_MS = 1_000;

export const syslog = (
  server: SyslogServer,
  host: string,
  connect: (server: SyslogServer) => Connection,
): Sink => ({
  name: "syslog",
  acknowledges: false,
  leaves: true,
  events_max: EVENTS_MAX,
  wait_ms: WAIT_MS,
  async deliver({ entries }, signal) {
    const connection = connect(server);
    const give_up = () => void connection.close().catch(() => undefined);
    signal.addEventListener("abort", give_up);
    try {
      await connection.opened;
      const writer = connection.writable.getWriter();
      for (const entry of entries) await writer.write(frame(entry, host));
      await writer.close();
    } finally {
      signal.removeEventListener("abort", give_up);
      give_up();
    }
  },
});

function frame(entry: string, host: string): Uint8Array {
  const { timestamp, event_type, severity } = JSON.parse(entry) as AuditEvent;
  return frameSyslog({
    facility: LOG_AUDIT,
    severity: SEVERITY[severity],
    timestamp,
    host,
    app: "taskward",
    message_id: event_type,
    text: entry,
  });
}
