// Audit events to Google Cloud Logging: entries:write of its API v2, as a service account. Each event's id is its
// insertId, by which a repeat is dropped there: at least once on the way, once in the log.
import { accessTokens, type Reach } from "../protocol/access-token.ts";
import type { ServiceAccount } from "../protocol/jwt-assertion.ts";
import type { AuditEvent, Severity } from "../schema/audit-event.ts";
import type { Sink } from "./sink.ts";

export interface CloudLogging {
  readonly account: ServiceAccount;
  readonly project_id: string;
  readonly log_name: string;
  /** Scheme and host, as in `https://logging.googleapis.com`. */
  readonly endpoint: string;
}

const SCOPE = "https://www.googleapis.com/auth/logging.write";
const SEVERITY: Readonly<Record<Severity, string>> = {
  debug: "DEBUG",
  info: "INFO",
  warning: "WARNING",
  error: "ERROR",
  critical: "CRITICAL",
};
const EVENTS_MAX = 500;
const WAIT_MS = 1_000;

export function cloudLogging(settings: CloudLogging, reach: Reach): Sink {
  const tokens = accessTokens(settings.account, SCOPE, reach);
  return {
    name: "cloud_logging",
    acknowledges: true,
    leaves: true,
    events_max: EVENTS_MAX,
    wait_ms: WAIT_MS,
    async deliver({ workspace, entries }, signal) {
      const answer = await reach.send(`${settings.endpoint}/v2/entries:write`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${await tokens.get(signal)}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({
          logName: `projects/${settings.project_id}/logs/${encodeURIComponent(settings.log_name)}`,
          resource: { type: "global", labels: { project_id: settings.project_id } },
          labels: { workspace },
          entries: entries.map((entry) => logEntry(JSON.parse(entry) as AuditEvent)),
        }),
        redirect: "manual",
        signal,
      });
      await answer.body?.cancel();
      if (answer.status === 401) tokens.forget();
      if (!answer.ok) throw new Error(`Cloud Logging answers ${answer.status}`);
    },
  };
}

const logEntry = (event: AuditEvent) => ({
  insertId: event.id,
  timestamp: event.timestamp,
  severity: SEVERITY[event.severity],
  jsonPayload: event,
});
