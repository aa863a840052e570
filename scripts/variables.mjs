// The product's variables that `npm start` hands on to the Worker, when they are set in its environment
// or in .dev.vars. What each one means, and its default, is parsed in src/config.ts.

/**
 * `local` is the value under `npm start` where nothing else is set.
 * @type {{name: string, meaning: string, local?: string, secret?: boolean}[]}
 */
export const variables = [
  { name: "ISSUER_NAME", meaning: "name that authenticator apps show" },
  { name: "SESSION_IDLE_SECONDS", meaning: "a session ends after so long without a request" },
  { name: "SESSION_ABSOLUTE_SECONDS", meaning: "a session ends after so long, whatever it does" },
  { name: "BREACH_CHECK_URL", meaning: "where ranges of breached passwords are asked for; off where unset" },
  { name: "NONCE_TTL_SECONDS", meaning: "how old a signed request or a sign-in may be" },
  { name: "SESSION_BINDINGS", meaning: "JSON, factor -> exact, network, observe or off" },
  { name: "LOCKOUT_FAILURES", meaning: "failures of one source on one name until it is locked out" },
  { name: "LOCKOUT_SECONDS", meaning: "for how long" },
  {
    name: "ACCOUNT_FAILURES_PER_HOUR",
    meaning: "failures on one account, from anywhere, until it is guarded",
  },
  { name: "BLOCK_POINTS", meaning: "refusals of an address in ten minutes that block it; 0 for never" },
  { name: "BLOCK_SECONDS", meaning: "for how long at first; four times longer each time" },
  { name: "SIGN_IN_FAILURE_QUANTUM_MS", meaning: "failed sign-ins are answered on a multiple of this" },
  { name: "RATE_LIMITS", meaning: "JSON, class -> {per_minute, burst}" },
  { name: "REGISTRATION", meaning: "who may register: open, or invitation", local: "open" },
  { name: "ALLOW_LOOPBACK_TARGETS", meaning: "webhooks may call this machine", local: "true" },
  { name: "MAIL_FROM", meaning: "sender of mail, of a domain that may send" },
  { name: "PUBLIC_ORIGIN", meaning: "where the links in mails lead, as in https://tasks.example" },
  { name: "LOCAL_MAILBOX", meaning: "mails go to the page /mailbox of this machine", local: "true" },
  { name: "AUDIT_RECENT_EVENTS", meaning: "audit events that the sequencer keeps beside R2" },
  {
    name: "AUDIT_RETENTION_DAYS",
    meaning: "audit entries that are older are dropped; 0 keeps them for ever",
  },
  { name: "GCP_LOGGING_ENABLED", meaning: "stream audit events to Google Cloud Logging" },
  { name: "GCP_PROJECT_ID", meaning: "its project" },
  { name: "GCP_LOG_NAME", meaning: "its log" },
  { name: "GCP_SERVICE_ACCOUNT", meaning: "JSON of the key of whoever may write to it", secret: true },
  { name: "GCP_LOGGING_ENDPOINT", meaning: "where it is, if not at Google" },
  {
    name: "VALIDATORS",
    meaning: "JSON, who judges what people send: names, or {name, timeout_ms, on_failure}",
  },
  { name: "MODEL_ARMOR_TEMPLATE", meaning: "its template, as in projects/p/locations/l/templates/t" },
  { name: "MODEL_ARMOR_ENDPOINT", meaning: "where it is, if not at Google" },
  { name: "AUDIT_SYSLOG", meaning: "stream audit events to syslog, as in tls://logs.example:6514" },
  { name: "AUDIT_CSV", meaning: "write audit events to R2 as CSV, too" },
  { name: "AUDIT_ROTATION_SECONDS", meaning: "how long an object of events in R2 waits to be full" },
  { name: "GEMINI_API_KEY", meaning: "without it plans come from the offline planner", secret: true },
  { name: "GEMINI_BASE_URL", meaning: "where Gemini is, such as an AI Gateway; ends in /" },
  { name: "GEMINI_STREAMING", meaning: "read its answers as they are written" },
  { name: "AI_GATEWAY_TOKEN", meaning: "of an AI Gateway that asks for one", secret: true },
  { name: "AI_PROVIDER", meaning: "offline, gemini or workers_ai; gemini where a key is set" },
  { name: "AI_MODEL", meaning: "one whose price is known" },
  { name: "AI_TIMEOUT_SECONDS", meaning: "how long a model may take" },
  { name: "AI_RECORD_DAYS", meaning: "for how long prompts and answers are kept, sealed" },
  { name: "AI_CALLS_PER_AGENT_PER_DAY", meaning: "calls of the planner by one worker" },
  { name: "AI_CALLS_PER_USER_PER_DAY", meaning: "calls of the planner by one person" },
  { name: "AI_CALLS_GLOBAL_PER_MINUTE", meaning: "calls of the planner in one workspace" },
  { name: "AI_COOL_DOWN_SECONDS", meaning: "between two calls of one kind by one caller" },
  { name: "AI_BUDGET_MICRODOLLARS_PER_DAY", meaning: "what planning may cost one workspace" },
];

/**
 * Later sources win: the local default, then .dev.vars, then the environment.
 * @param {Record<string, string | undefined>} file
 * @param {Record<string, string | undefined>} environment
 */
export function localVariables(file, environment) {
  return Object.fromEntries(
    variables.flatMap(({ name, local }) => {
      const value = environment[name] ?? file[name] ?? local;
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
