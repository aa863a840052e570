// Environment to configuration: parsed once per isolate, the only reader of variables and secrets.
// Fails closed: a missing or wrong value is named in the log (never its content) and nothing is served.
import * as v from "valibot";
import { type AiSettings, aiIssues, aiSettings, type ModelRunner } from "./config/ai.ts";
import {
  type CloudLoggingSettings,
  cloudLoggingIssues,
  cloudLoggingSettings,
  syslogServer,
} from "./config/audit-sinks.ts";
import { marksOf } from "./config/marks.ts";
import { modelArmorIssues, modelArmorSettings } from "./config/model-armor.ts";
import { isLoopback, Variables } from "./config/variables.ts";
import type { ModelArmor } from "./defence/validators/model-armor.ts";
import type { ConfiguredValidator } from "./defence/validators/table.ts";
import type { BlockLimits } from "./domain/address-block.ts";
import type { BindingModes, SessionLimits } from "./domain/session.ts";
import type { BucketLimit } from "./domain/token-bucket.ts";
import type { KeyRing } from "./protocol/key-ring.ts";
import type { AuditLogRpc } from "./schema/messages/audit-log.ts";
import type { PrincipalRpc } from "./schema/messages/principal.ts";
import type { ProjectRpc } from "./schema/messages/project.ts";
import type { StrangersRpc } from "./schema/messages/strangers.ts";
import type { WebhookEndpointRpc } from "./schema/messages/webhook.ts";
import type { WorkspaceRpc } from "./schema/messages/workspace.ts";
import type { RateClass } from "./schema/role.ts";

/** Durable Objects as their callers see them: a name and an interface. */
export interface Namespace<Rpc> {
  getByName(name: string): Rpc;
}

export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** Cloudflare's `send_email` binding; throws an error with a `code`. */
export interface MailSender {
  send(mail: {
    from: { email: string; name: string };
    to: string;
    subject: string;
    text: string;
    headers: Record<string, string>;
  }): Promise<unknown>;
}

/** What the runtime hands over; texts may be anything until parsed. */
export interface Env {
  readonly PRINCIPAL: Namespace<PrincipalRpc>;
  readonly STRANGERS: Namespace<StrangersRpc>;
  readonly WORKSPACE: Namespace<WorkspaceRpc>;
  readonly PROJECT: Namespace<ProjectRpc>;
  readonly AUDIT_LOG: Namespace<AuditLogRpc>;
  readonly WEBHOOK_ENDPOINT: Namespace<WebhookEndpointRpc>;
  readonly AUDIT_BUCKET: R2Bucket;
  readonly COARSE_RATE_LIMIT: RateLimiter;
  /** Absent where no domain of the deployment may send mail. */
  readonly EMAIL: MailSender | undefined;
  /** Workers AI; absent where no model of Cloudflare's is asked. */
  readonly AI: ModelRunner | undefined;
}

export interface Config {
  readonly issuer_name: string;
  readonly registration: "open" | "invitation";
  readonly allow_loopback_targets: boolean;
  /** Where the service is found, without the scheme; `taskward.invalid` where nobody said. */
  readonly public_host: string;
  /** Null where no mail is sent. */
  readonly mail: MailSettings | null;
  readonly nonce_ttl_ms: number;
  /** Where ranges of breached passwords are asked for; null where they are not. */
  readonly breach_check_url: string | null;
  readonly session: SessionLimits;
  readonly bindings: BindingModes;
  readonly rate_limits: Readonly<Record<RateClass, BucketLimit>>;
  readonly lockout: {
    readonly failures_max: number;
    readonly lockout_ms: number;
    readonly account_failures_max: number;
  };
  readonly audit: {
    /** The newest events stay in the sequencer; the bundles in R2 have them all. */
    readonly recent_events_max: number;
    /** Entries that are older are dropped, 256 at a time; null: never. */
    readonly retention_ms: number | null;
    /** How long an object of events in R2 waits to be full. */
    readonly rotation_ms: number;
    readonly csv: boolean;
    readonly cloud_logging: CloudLoggingSettings | null;
    readonly syslog: { readonly hostname: string; readonly port: number; readonly tls: boolean } | null;
  };
  readonly ai: AiSettings;
  /** Who judges what people send, and what follows where a remote one gives no answer. */
  readonly validators: readonly ConfiguredValidator[];
  readonly model_armor: ModelArmor | null;
  /** When refusals block an address, and for how long at first. */
  readonly blocks: BlockLimits;
  /** Failed sign-ins are answered on a multiple of this, so that their timing says nothing. */
  readonly failure_quantum_ms: number;
  /** Per variable that is set, a MAC of its value under a salt: tells a change, and nothing of the value. */
  readonly marks: (salt: Uint8Array) => Readonly<Record<string, string>>;
  readonly key_ring: KeyRing;
  readonly bootstrap_key: Uint8Array<ArrayBuffer>;
}

export interface MailSettings {
  readonly from: string;
  /** Where links lead, as in `https://tasks.example`: never taken from a request. */
  readonly origin: string;
  readonly via: "binding" | "mailbox";
}

export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

const BINDINGS = [
  "PRINCIPAL",
  "STRANGERS",
  "WORKSPACE",
  "PROJECT",
  "AUDIT_LOG",
  "WEBHOOK_ENDPOINT",
  "AUDIT_BUCKET",
  "COARSE_RATE_LIMIT",
];

/** Sessions of ADMIN and COORDINATOR end after eight hours at the latest. */
const PRIVILEGED_ABSOLUTE_MS = 8 * 3_600_000;
const SESSIONS_MAX = 3;

const parsed = new WeakMap<object, Config>();

/** The configuration of this environment. Throws ConfigurationError naming every variable that is wrong. */
export function configure(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parse(env as Record<string, unknown>);
  parsed.set(env, config);
  return config;
}

function parse(env: Record<string, unknown>): Config {
  const picked = Object.fromEntries(Object.keys(Variables).map((name) => [name, env[name] ?? undefined]));
  const result = v.safeParse(v.object(Variables), picked);
  const wrong = result.success
    ? [
        ...loopbackIssues(result.output),
        ...mailIssues(result.output, env),
        ...cloudLoggingIssues(result.output),
        ...modelArmorIssues(result.output),
        ...aiIssues(result.output, env),
      ]
    : result.issues.map((issue) => String(issue.path?.[0]?.key));
  const missing = BINDINGS.filter((name) => env[name] === undefined);
  if (!result.success || wrong.length > 0 || missing.length > 0) {
    const names = [...new Set([...wrong, ...missing])].join(", ");
    throw new ConfigurationError(
      `configuration: missing or not acceptable: ${names}. See README, "Configuration".`,
    );
  }
  const vars = result.output;
  const absolute_ms = vars.SESSION_ABSOLUTE_SECONDS * 1000;
  return {
    issuer_name: vars.ISSUER_NAME,
    registration: vars.REGISTRATION,
    allow_loopback_targets: vars.ALLOW_LOOPBACK_TARGETS === "true",
    public_host: new URL(vars.PUBLIC_ORIGIN ?? "https://taskward.invalid").host,
    mail: mailSettings(vars, env),
    nonce_ttl_ms: vars.NONCE_TTL_SECONDS * 1000,
    breach_check_url: vars.BREACH_CHECK_URL ?? null,
    session: {
      idle_ms: vars.SESSION_IDLE_SECONDS * 1000,
      absolute_ms,
      privileged_absolute_ms: Math.min(absolute_ms, PRIVILEGED_ABSOLUTE_MS),
      sessions_max: SESSIONS_MAX,
    },
    bindings: vars.SESSION_BINDINGS,
    rate_limits: vars.RATE_LIMITS,
    lockout: {
      failures_max: vars.LOCKOUT_FAILURES,
      lockout_ms: vars.LOCKOUT_SECONDS * 1000,
      account_failures_max: vars.ACCOUNT_FAILURES_PER_HOUR,
    },
    audit: {
      recent_events_max: vars.AUDIT_RECENT_EVENTS,
      retention_ms: vars.AUDIT_RETENTION_DAYS * 86_400_000 || null,
      rotation_ms: vars.AUDIT_ROTATION_SECONDS * 1000,
      csv: vars.AUDIT_CSV === "true",
      cloud_logging: cloudLoggingSettings(vars),
      syslog: vars.AUDIT_SYSLOG ? syslogServer(vars.AUDIT_SYSLOG) : null,
    },
    ai: aiSettings(vars),
    validators: vars.VALIDATORS,
    model_armor: modelArmorSettings(vars),
    blocks: { points_max: vars.BLOCK_POINTS, block_ms: vars.BLOCK_SECONDS * 1000 },
    failure_quantum_ms: vars.SIGN_IN_FAILURE_QUANTUM_MS,
    marks: (salt) => marksOf(picked, salt),
    key_ring: vars.KEY_RING,
    bootstrap_key: vars.BOOTSTRAP_KEY,
  };
}

type Vars = v.InferOutput<v.ObjectSchema<typeof Variables, undefined>>;

/** What is for this machine alone wants an origin on this machine: a deployed service has none, and refuses. */
function loopbackIssues({ PUBLIC_ORIGIN, LOCAL_MAILBOX, ALLOW_LOOPBACK_TARGETS }: Vars): string[] {
  if (PUBLIC_ORIGIN !== undefined && isLoopback(PUBLIC_ORIGIN)) return [];
  const local = Object.entries({ LOCAL_MAILBOX, ALLOW_LOOPBACK_TARGETS });
  return local.flatMap(([name, value]) => (value === "true" ? [name, "PUBLIC_ORIGIN"] : []));
}

/** Whoever sends mail says from whom, and where its links lead. */
function mailIssues(vars: Vars, { EMAIL }: Record<string, unknown>): string[] {
  const { MAIL_FROM, PUBLIC_ORIGIN, LOCAL_MAILBOX } = vars;
  if (EMAIL === undefined || LOCAL_MAILBOX === "true") return [];
  return Object.entries({ MAIL_FROM, PUBLIC_ORIGIN }).flatMap(([name, value]) => (value ? [] : [name]));
}

function mailSettings(vars: Vars, { EMAIL }: Record<string, unknown>): MailSettings | null {
  const { MAIL_FROM = "taskward@localhost", PUBLIC_ORIGIN: origin, LOCAL_MAILBOX } = vars;
  const via = LOCAL_MAILBOX === "true" ? "mailbox" : EMAIL === undefined ? null : "binding";
  return via && origin !== undefined ? { from: MAIL_FROM, origin, via } : null;
}
