// What the platform binds, by name: an environment for tests that ask none of it.

export const BINDINGS = [
  "PRINCIPAL",
  "STRANGERS",
  "WORKSPACE",
  "PROJECT",
  "AUDIT_LOG",
  "WEBHOOK_ENDPOINT",
  "AUDIT_BUCKET",
  "COARSE_RATE_LIMIT",
];

/** Something under each name, and nothing behind it. */
export const bound: Readonly<Record<string, object>> = Object.fromEntries(BINDINGS.map((name) => [name, {}]));
