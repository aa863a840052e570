// Audit events to Google Cloud Logging: entries:write of its API v2, as a service account. Each event's id is its
// insertId, by which a repeat is dropped there: at least once on the way, once in the log.
import { type ServiceAccount, signAssertion } from "../protocol/jwt-assertion.ts";
import type { AuditEvent, Severity } from "../schema/audit-event.ts";
import type { Sink } from "./sink.ts";

export interface CloudLogging {
  readonly account: ServiceAccount;
  readonly project_id: string;
  readonly log_name: string;
  /** Scheme and host, as in `https://logging.googleapis.com`. */
  readonly endpoint: string;
}

/** What of the runtime it needs. */
export interface Reach {
  send(url: string, init: RequestInit): Promise<Response>;
  now(): number;
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
/** A token is renewed this long before it ends. */
const RENEW_MS = 300_000;

export function cloudLogging(settings: CloudLogging, reach: Reach): Sink {
  let token: { readonly text: string; readonly until_ms: number } | null = null;

  async function accessToken(signal: AbortSignal): Promise<string> {
    if (token && reach.now() < token.until_ms - RENEW_MS) return token.text;
    const assertion = await signAssertion(settings.account, SCOPE, reach.now());
    const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    const answer = await reach.send(settings.account.token_uri, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ grant_type, assertion }).toString(),
      redirect: "manual",
      signal,
    });
    if (!answer.ok) throw new Error(`the token endpoint answers ${answer.status}`);
    const { access_token, expires_in } = (await answer.json()) as {
      access_token: string;
      expires_in: number;
    };
    token = { text: access_token, until_ms: reach.now() + expires_in * 1000 };
    return access_token;
  }

  return {
    name: "cloud_logging",
    acknowledges: true,
    events_max: EVENTS_MAX,
    wait_ms: WAIT_MS,
    async deliver({ workspace, entries }, signal) {
      const answer = await reach.send(`${settings.endpoint}/v2/entries:write`, {
        method: "POST",
        headers: {
          Authorization: `Bearer ${await accessToken(signal)}`,
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
      if (answer.status === 401) token = null;
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
