// A made-up value of a schema, for the replies that the documents show. Names decide where the shape alone
// would look dull; the unit tests hold every sample against the schema that it was made from.
import type { JsonSchema } from "./json-schema.ts";

const ID = "01h455vb4pex5vsknk084sn02q";
const AT = "2026-01-31T12:00:00Z";

const BY_NAME: Readonly<Record<string, unknown>> = {
  backup_codes: ["4F7K-9QWM-2XDT-RB6H", "…"],
  bootstrap_token: "twb_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
  actor: `usr_${ID}`,
  count: 1,
  data: {},
  depends_on: [],
  description: "For everyone who waits for it.",
  details: {},
  device: "Firefox on Linux",
  event_type: "task.created",
  expires_at: "2026-02-01T12:00:00Z",
  hmac: {
    signature_header: "x-signature",
    prefix: "sha256=",
    encoding: "hex",
    delivery_header: null,
    timestamp_header: null,
  },
  idle_expires_at: "2026-01-31T12:30:00Z",
  ip_address: "192.0.2.7",
  key_identifier: "6f1c0e2b9d3a4587c1e0f2a3b4c5d6e7f8091a2b",
  labels: ["launch"],
  likely: 3,
  mapping: {
    rules: [
      {
        name: "An alert becomes a task",
        when: [{ body: "/state", equals: "firing" }],
        actions: [{ action: "create_task", task: "alert:{{/id}}", title: "{{/title}}" }],
      },
    ],
  },
  nonce: "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
  optimistic: 2,
  parent: "launch",
  pessimistic: 5,
  place: "Turin, IT",
  qr_svg: "<svg…",
  qr_uri: "otpauth://totp/Taskward:ada?secret=…",
  ref: "t1",
  request_id: "01jke3c8t6",
  secret: "NB2W45DFOIZA…",
  session_id: `ses_${ID}`,
  session_token: "tws_1.…",
  targets: [`prj_${ID}`, `tsk_${ID}`],
  time_zone: "Europe/Berlin",
  timestamp: 1_769_860_800,
  title: "Write the announcement",
  user_id: `usr_${ID}`,
  username: "ada",
  witnesses: [],
};

/** A value that the schema accepts; `name` is the field that holds it. */
export function sampleOf(schema: JsonSchema, name = ""): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sampleOf(schema.anyOf[0] as JsonSchema, name);
  const known = BY_NAME[name];
  switch (schema.type) {
    case "object":
      return known ?? sampleOfEach((schema.properties ?? {}) as Record<string, JsonSchema>);
    case "array":
      return known ?? [sampleOf(schema.items as JsonSchema, name)];
    case "string":
      return stringOf(schema, name);
    case "integer":
    case "number":
      return typeof known === "number" ? known : (schema.minimum ?? 1);
    case "boolean":
      return true;
    default:
      return null;
  }
}

const sampleOfEach = (properties: Record<string, JsonSchema>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, sampleOf(schema, name)]));

function stringOf({ format, pattern }: JsonSchema, name: string): string {
  const prefix = /^\^(?:\(\?:)?([a-z]{3})(?:(?:\|[a-z]{3})+\))?_\[/u.exec(pattern ?? "")?.[1];
  if (prefix) return `${prefix}_${ID}`;
  const known = BY_NAME[name];
  if (format === "date-time") return typeof known === "string" ? known : AT;
  if (typeof known === "string") return known;
  if (name === "workspace") return "research";
  if (name === "name") return pattern ? "research" : "Launch";
  return name === "skills" ? "writing" : "…";
}
