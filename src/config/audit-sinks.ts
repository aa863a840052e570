// Destinations of audit events outside of Taskward's own storage: where each is, and as whom it is told.
import type * as v from "valibot";
import type { ServiceAccount } from "../protocol/jwt-assertion.ts";
import type { Variables } from "./variables.ts";

type Vars = v.InferOutput<v.ObjectSchema<typeof Variables, undefined>>;

export interface CloudLoggingSettings {
  readonly account: ServiceAccount;
  readonly project_id: string;
  readonly log_name: string;
  readonly endpoint: string;
}

/** Whoever streams to Cloud Logging says as whom and where. */
export function cloudLoggingIssues(vars: Vars): string[] {
  const { GCP_LOGGING_ENABLED, GCP_PROJECT_ID, GCP_SERVICE_ACCOUNT } = vars;
  if (GCP_LOGGING_ENABLED !== "true") return [];
  return Object.entries({ GCP_PROJECT_ID, GCP_SERVICE_ACCOUNT }).flatMap(([name, value]) =>
    value ? [] : [name],
  );
}

/** Null where it is off. */
export function cloudLoggingSettings(vars: Vars): CloudLoggingSettings | null {
  const { GCP_LOGGING_ENABLED, GCP_PROJECT_ID, GCP_SERVICE_ACCOUNT, GCP_LOG_NAME, GCP_LOGGING_ENDPOINT } =
    vars;
  if (GCP_LOGGING_ENABLED !== "true" || !GCP_PROJECT_ID || !GCP_SERVICE_ACCOUNT) return null;
  return {
    account: GCP_SERVICE_ACCOUNT,
    project_id: GCP_PROJECT_ID,
    log_name: GCP_LOG_NAME,
    endpoint: GCP_LOGGING_ENDPOINT,
  };
}

/** Of a URL that the schema has accepted. */
export function syslogServer(text: string) {
  const { protocol, hostname, port } = new URL(text);
  return { hostname, port: Number(port), tls: protocol === "tls:" };
}
