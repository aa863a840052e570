// What each variable and secret may say, and what it says where it is not set. Names and bounds are those of the
// README's table. Whatever does not parse is refused by name; its content is never told.
import * as v from "valibot";
import { KNOWN_VALIDATORS, type ValidatorName } from "../defence/validators/table.ts";
import { decodeBase64Url } from "../protocol/base64url.ts";
import { parseServiceAccount } from "../protocol/jwt-assertion.ts";
import { parseKeyRing } from "../protocol/key-ring.ts";

const integer = (min: number, max: number, fallback: number) =>
  v.optional(
    v.pipe(v.string(), v.regex(/^[0-9]{1,9}$/u), v.transform(Number), v.minValue(min), v.maxValue(max)),
    String(fallback),
  );
const flag = v.optional(v.picklist(["true", "false"]), "false");
const json = <Schema extends v.GenericSchema>(schema: Schema, fallback: string) =>
  v.optional(v.pipe(v.string(), v.parseJson(), schema), fallback);

const VALIDATOR_TIMEOUT_MS = 1_000;

/** Names of this machine, as URLs spell them. */
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

const Limit = v.strictObject({
  per_minute: v.pipe(v.number(), v.finite(), v.minValue(0.01)),
  burst: v.pipe(v.number(), v.integer(), v.minValue(5)),
});
const Mode = v.picklist(["exact", "network", "observe", "off"]);
const FactorMode = v.picklist(["exact", "observe", "off"]);

const ValidatorNames = v.picklist(Object.keys(KNOWN_VALIDATORS) as ValidatorName[]);
/** A validator by its name alone, or with what holds where it is asked over the network. */
const ValidatorEntry = v.union([
  v.pipe(
    ValidatorNames,
    v.transform((name) => ({ name, timeout_ms: VALIDATOR_TIMEOUT_MS, on_failure: "refuse" as const })),
  ),
  v.strictObject({
    name: ValidatorNames,
    timeout_ms: v.optional(
      v.pipe(v.number(), v.integer(), v.minValue(50), v.maxValue(30_000)),
      VALIDATOR_TIMEOUT_MS,
    ),
    on_failure: v.optional(v.picklist(["pass", "refuse"]), "refuse"),
  }),
]);

/** TLS everywhere, but on this machine itself. */
const isSecure = (text: string): boolean =>
  URL.canParse(text) && (text.startsWith("https://") || (text.startsWith("http://") && isLoopback(text)));
const isOrigin = (text: string): boolean => isSecure(text) && new URL(text).origin === text;
/** A place that names are put behind: without credentials, query or fragment. */
const isFolder = (text: string): boolean => {
  if (!isSecure(text)) return false;
  const { origin, pathname } = new URL(text);
  return origin + pathname === text && text.endsWith("/");
};

/** Whether a URL is of this machine itself. */
export const isLoopback = (url: string): boolean => LOOPBACK.has(new URL(url).hostname);

/** A Secrets Store binding, which stays the object that it is. */
export interface SecretStore {
  get(): Promise<unknown>;
}
const isSecretStore = (value: unknown): boolean =>
  typeof value === "object" && value !== null && typeof (value as SecretStore).get === "function";

export const Variables = {
  ISSUER_NAME: v.optional(v.pipe(v.string(), v.regex(/^[^:\p{Cc}\u2028\u2029]{1,64}$/u)), "Taskward"),
  REGISTRATION: v.optional(v.picklist(["open", "invitation"]), "invitation"),
  ALLOW_LOOPBACK_TARGETS: flag,
  MAIL_FROM: v.optional(v.pipe(v.string(), v.maxLength(254), v.email())),
  PUBLIC_ORIGIN: v.optional(v.pipe(v.string(), v.check(isOrigin, "expected https:// and a host"))),
  LOCAL_MAILBOX: flag,
  SESSION_IDLE_SECONDS: integer(60, 86_400, 1_800),
  SESSION_ABSOLUTE_SECONDS: integer(60, 604_800, 86_400),
  BREACH_CHECK_URL: v.optional(
    v.pipe(v.string(), v.check(isFolder, "expected https://, a host, and a path to its last /")),
  ),
  NONCE_TTL_SECONDS: integer(30, 3_600, 300),
  LOCKOUT_FAILURES: integer(1, 1_000_000, 5),
  LOCKOUT_SECONDS: integer(1, 86_400, 900),
  BLOCK_POINTS: integer(0, 1_000_000, 300),
  BLOCK_SECONDS: integer(1, 86_400, 300),
  ACCOUNT_FAILURES_PER_HOUR: integer(1, 1_000_000, 20),
  SIGN_IN_FAILURE_QUANTUM_MS: integer(0, 5_000, 100),
  AUDIT_ROTATION_SECONDS: integer(1, 3_600, 60),
  AUDIT_CSV: flag,
  AUDIT_SYSLOG: v.optional(v.pipe(v.string(), v.regex(/^(?:tcp|tls):\/\/[A-Za-z0-9.-]{1,253}:[0-9]{1,5}$/u))),
  GCP_LOGGING_ENABLED: flag,
  GCP_PROJECT_ID: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/u))),
  GCP_LOG_NAME: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9/_.-]{1,200}$/u)), "taskward-audit"),
  GCP_LOGGING_ENDPOINT: v.optional(
    v.pipe(v.string(), v.check(isOrigin, "expected https:// and a host")),
    "https://logging.googleapis.com",
  ),
  GCP_SERVICE_ACCOUNT: v.optional(
    v.pipe(
      v.string(),
      v.rawTransform(({ dataset, addIssue, NEVER }) => {
        const account = parseServiceAccount(dataset.value);
        if (account) return account;
        addIssue({ message: "expected the JSON of a service account's key" });
        return NEVER;
      }),
    ),
  ),
  VALIDATORS: json(
    v.pipe(
      v.array(ValidatorEntry),
      v.minLength(1),
      v.check((entries) => new Set(entries.map(({ name }) => name)).size === entries.length),
    ),
    '["detectors"]',
  ),
  MODEL_ARMOR_TEMPLATE: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^projects\/[a-z][a-z0-9-]{4,28}[a-z0-9]\/locations\/[a-z0-9-]{2,32}\/templates\/[A-Za-z0-9_-]{1,63}$/u,
      ),
    ),
  ),
  MODEL_ARMOR_ENDPOINT: v.optional(v.pipe(v.string(), v.check(isOrigin, "expected https:// and a host"))),
  AUDIT_RECENT_EVENTS: integer(256, 10_000_000, 100_000),
  AI_PROVIDER: v.optional(v.picklist(["offline", "gemini", "workers_ai"])),
  AI_MODEL: v.optional(v.pipe(v.string(), v.regex(/^[@A-Za-z0-9./-]{1,100}$/u))),
  AI_TIMEOUT_SECONDS: integer(1, 60, 20),
  AI_RECORD_DAYS: integer(1, 365, 30),
  // A text, or a Secrets Store binding, which is asked at each call.
  GEMINI_API_KEY: v.optional(v.union([v.string(), v.custom<SecretStore>(isSecretStore)])),
  GEMINI_BASE_URL: v.optional(
    v.pipe(v.string(), v.check(isFolder, "expected https://, a host, and a path to its last /")),
    "https://generativelanguage.googleapis.com/",
  ),
  GEMINI_STREAMING: flag,
  AI_GATEWAY_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^[A-Za-z0-9._~+/=-]{1,512}$/u))),
  AUDIT_RETENTION_DAYS: integer(0, 36_500, 0),
  AI_CALLS_PER_AGENT_PER_DAY: integer(0, 1_000_000, 50),
  AI_CALLS_PER_USER_PER_DAY: integer(0, 1_000_000, 10),
  AI_CALLS_GLOBAL_PER_MINUTE: integer(0, 10_000, 100),
  AI_COOL_DOWN_SECONDS: integer(0, 86_400, 10),
  AI_BUDGET_MICRODOLLARS_PER_DAY: integer(0, 999_999_999, 5_000_000),
  RATE_LIMITS: json(
    v.strictObject({
      login: v.optional(Limit, { per_minute: 5, burst: 10 }),
      api: v.optional(Limit, { per_minute: 60, burst: 100 }),
      task: v.optional(Limit, { per_minute: 10, burst: 20 }),
      project: v.optional(Limit, { per_minute: 30, burst: 50 }),
      worker: v.optional(Limit, { per_minute: 3, burst: 5 }),
    }),
    "{}",
  ),
  SESSION_BINDINGS: json(
    v.strictObject({
      address: v.optional(Mode, "exact"),
      user_agent: v.optional(FactorMode, "exact"),
      tls_fingerprint: v.optional(FactorMode, "observe"),
      certificate: v.optional(FactorMode, "exact"),
    }),
    "{}",
  ),
  KEY_RING: v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parseKeyRing(dataset.value);
      } catch {
        addIssue({ message: "expected JSON: a list of {key_id, key}, each key 32 bytes in base64url" });
        return NEVER;
      }
    }),
  ),
  BOOTSTRAP_KEY: v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const key = decodeBase64Url(dataset.value);
      if (key?.length === 32) return key;
      addIssue({ message: "expected 32 bytes in base64url" });
      return NEVER;
    }),
  ),
};
