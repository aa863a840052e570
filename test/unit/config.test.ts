// Configuration fails closed: each variable has its bounds and its default, what is wrong is named, and nothing
// that a secret holds is ever said.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import { type Config, ConfigurationError, configure } from "../../src/config.ts";
import { BINDINGS, bound } from "./bindings.ts";

declare global {
  // Workers' own type, which the configuration only passes on.
  type R2Bucket = object;
}

const key = (fill: number) => Buffer.alloc(32, fill).toString("base64url");
const KEY_RING = JSON.stringify([
  { key_id: "k2", key: key(2) },
  { key_id: "k1", key: key(1) },
]);
const BOOTSTRAP_KEY = key(3);

type Variables = Record<string, unknown>;
const complete = (more: Variables = {}): Variables => ({
  ...bound,
  KEY_RING,
  BOOTSTRAP_KEY,
  ...more,
});
const configured = (more: Variables = {}): Config => configure(complete(more));

/** What `configure` says when it refuses; fails if it does not refuse. */
function refusalOf(env: Variables): ConfigurationError {
  try {
    configure(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error("not refused");
}
const isRefused = (name: string, value: unknown): boolean => {
  try {
    configured({ [name]: value });
    return false;
  } catch (error) {
    expect((error as Error).message).toMatch(new RegExp(`\\b${name}\\b`));
    return true;
  }
};

describe("defaults", () => {
  const config = configured();

  test("are those of the design", () => {
    const { key_ring, bootstrap_key, marks, ...rest } = config;
    expect(rest).toEqual({
      issuer_name: "Taskward",
      validators: [{ name: "detectors", timeout_ms: 1_000, on_failure: "refuse" }],
      model_armor: null,
      blocks: { points_max: 300, block_ms: 300_000 },
      registration: "invitation",
      public_host: "taskward.invalid",
      audit: {
        recent_events_max: 100_000,
        retention_ms: null,
        rotation_ms: 60_000,
        csv: false,
        cloud_logging: null,
        syslog: null,
      },
      allow_loopback_targets: false,
      mail: null,
      nonce_ttl_ms: 5 * 60_000,
      breach_check_url: null,
      session: {
        idle_ms: 30 * 60_000,
        absolute_ms: 24 * 3_600_000,
        privileged_absolute_ms: 8 * 3_600_000,
        sessions_max: 3,
      },
      bindings: { address: "exact", user_agent: "exact", tls_fingerprint: "observe", certificate: "exact" },
      rate_limits: {
        login: { per_minute: 5, burst: 10 },
        api: { per_minute: 60, burst: 100 },
        task: { per_minute: 10, burst: 20 },
        project: { per_minute: 30, burst: 50 },
        worker: { per_minute: 3, burst: 5 },
      },
      lockout: { failures_max: 5, lockout_ms: 15 * 60_000, account_failures_max: 20 },
      ai: {
        limits: {
          calls_per_agent_per_day: 50,
          calls_per_user_per_day: 10,
          cool_down_ms: 10_000,
          calls_per_minute: 100,
          budget_microdollars: 5_000_000,
        },
        model: null,
        timeout_ms: 20_000,
        record_ms: 30 * 86_400_000,
      },
      failure_quantum_ms: 100,
    });
    expect(key_ring.ids()).toEqual(["k2", "k1"]);
    expect(key_ring.newest.key_id).toBe("k2");
    expect(bootstrap_key).toEqual(new Uint8Array(32).fill(3));
  });

  test("hold for variables that are not set, or null", () => {
    expect(configured({ LOCKOUT_FAILURES: undefined, REGISTRATION: null })).toMatchObject({
      lockout: { failures_max: 5 },
      registration: "invitation",
    });
  });
});

describe("bounds", () => {
  const at = (path: string) => (config: Config) =>
    path.split(".").reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], config);

  test.each([
    ["SESSION_IDLE_SECONDS", 60, 86_400, "session.idle_ms", 1_000],
    ["SESSION_ABSOLUTE_SECONDS", 60, 604_800, "session.absolute_ms", 1_000],
    ["NONCE_TTL_SECONDS", 30, 3_600, "nonce_ttl_ms", 1_000],
    ["LOCKOUT_FAILURES", 1, 1_000_000, "lockout.failures_max", 1],
    ["LOCKOUT_SECONDS", 1, 86_400, "lockout.lockout_ms", 1_000],
    ["ACCOUNT_FAILURES_PER_HOUR", 1, 1_000_000, "lockout.account_failures_max", 1],
    ["SIGN_IN_FAILURE_QUANTUM_MS", 0, 5_000, "failure_quantum_ms", 1],
  ] as const)("%s is a whole number from %i to %i", (name, min, max, path, unit) => {
    for (const value of [min, max]) {
      expect(at(path)(configured({ [name]: String(value) }))).toBe(value * unit);
    }
    const odd = [
      "",
      " ",
      "abc",
      "1e3",
      "0x10",
      "1.5",
      "-1",
      "+60",
      " 60",
      "60 ",
      "60\n",
      "١٢٣",
      "NaN",
      "Infinity",
    ];
    for (const value of [String(min - 1), String(max + 1), "9".repeat(30), ...odd]) {
      expect(isRefused(name, value), JSON.stringify(value)).toBe(true);
    }
    for (const value of [min, true, {}, []]) expect(isRefused(name, value)).toBe(true);
  });

  test("a privileged session never outlives eight hours, nor the others", () => {
    const absolute = fc.integer({ min: 60, max: 604_800 });
    fc.assert(
      fc.property(absolute, (seconds) => {
        const { session } = configured({ SESSION_ABSOLUTE_SECONDS: String(seconds) });
        expect(session.privileged_absolute_ms).toBe(Math.min(seconds, 8 * 3_600) * 1_000);
      }),
      { numRuns: 30 },
    );
  });

  test("REGISTRATION and ALLOW_LOOPBACK_TARGETS take their words alone", () => {
    expect(configured({ REGISTRATION: "open" }).registration).toBe("open");
    for (const word of ["", "Open", "closed", "true"]) expect(isRefused("REGISTRATION", word)).toBe(true);
    const local = { ALLOW_LOOPBACK_TARGETS: "true", PUBLIC_ORIGIN: "http://localhost:8787" };
    expect(configured(local).allow_loopback_targets).toBe(true);
    expect(configured({ ALLOW_LOOPBACK_TARGETS: "false" }).allow_loopback_targets).toBe(false);
    for (const word of ["", "1", "yes", "TRUE", true]) {
      expect(isRefused("ALLOW_LOOPBACK_TARGETS", word), String(word)).toBe(true);
    }
  });

  test("loopback targets are refused wherever this is not this machine's own service", () => {
    expect(isRefused("ALLOW_LOOPBACK_TARGETS", "true")).toBe(true);
    for (const PUBLIC_ORIGIN of ["https://tasks.example", "https://localhost.example", undefined]) {
      expect(() => configured({ ALLOW_LOOPBACK_TARGETS: "true", PUBLIC_ORIGIN })).toThrow(
        /ALLOW_LOOPBACK_TARGETS/,
      );
    }
  });

  test("VALIDATORS names who judges, each once; what it leaves out fails closed", () => {
    const listed = '["detectors",{"name":"canonical","on_failure":"pass"},{"name":"prompt","timeout_ms":50}]';
    expect(configured({ VALIDATORS: listed }).validators).toEqual([
      { name: "detectors", timeout_ms: 1_000, on_failure: "refuse" },
      { name: "canonical", timeout_ms: 1_000, on_failure: "pass" },
      { name: "prompt", timeout_ms: 50, on_failure: "refuse" },
    ]);
    for (const text of [
      "[]",
      "detectors",
      '["somebody"]',
      '["prompt","prompt"]',
      '[{"name":"prompt","timeout_ms":1}]',
      '[{"name":"prompt","on_failure":"ignore"}]',
      '[{"name":"prompt","more":1}]',
    ]) {
      expect(isRefused("VALIDATORS", text), text).toBe(true);
    }
  });

  test("Model Armor is asked about a template and as somebody, or not at all", () => {
    for (const template of ["projects/p", "projects/taskward/locations/x/templates/../y", ""])
      expect(isRefused("MODEL_ARMOR_TEMPLATE", template), template).toBe(true);
    expect(isRefused("MODEL_ARMOR_ENDPOINT", "http://armour.example")).toBe(true);
    expect(() => configured({ VALIDATORS: '["model_armor"]' })).toThrow("MODEL_ARMOR_TEMPLATE");
  });

  test("BREACH_CHECK_URL is a folder behind TLS, without credentials or query", () => {
    for (const url of ["https://api.example/range/", "https://api.example/", "http://127.0.0.1:81/range/"]) {
      expect(configured({ BREACH_CHECK_URL: url }).breach_check_url).toBe(url);
    }
    for (const url of [
      "",
      "http://api.example/range/",
      "https://api.example/range",
      "https://api.example/range/?a=/",
      "https://api.example/range/#/",
      "https://user:password@api.example/range/",
      "ftp://api.example/",
      "/range/",
    ]) {
      expect(isRefused("BREACH_CHECK_URL", url), url).toBe(true);
    }
  });

  test("ISSUER_NAME is 1 to 64 characters without the colon that ends it in a key URI", () => {
    expect(configured({ ISSUER_NAME: "Müller & Söhne" }).issuer_name).toBe("Müller & Söhne");
    expect(configured({ ISSUER_NAME: "x".repeat(64) }).issuer_name).toHaveLength(64);
    // A line break in it would end a header of every mail.
    for (const name of ["", "x".repeat(65), "a:b", ":", "Task\nward", "Task\r\nBcc", "\u0000", "a\u2028b"])
      expect(isRefused("ISSUER_NAME", name)).toBe(true);
  });

  describe("RATE_LIMITS", () => {
    const limits = (value: unknown) => ({ RATE_LIMITS: JSON.stringify(value) });

    test("overrides the classes that it names", () => {
      const { rate_limits } = configured(limits({ api: { per_minute: 0.01, burst: 5 } }));
      expect(rate_limits.api).toEqual({ per_minute: 0.01, burst: 5 });
      expect(rate_limits.login).toEqual({ per_minute: 5, burst: 10 });
    });

    test.each([
      "",
      "{",
      "null",
      "5",
      '"api"',
      '{"api":{}}',
      '{"api":{"per_minute":1}}',
      '{"api":{"burst":10}}',
      '{"api":{"per_minute":0,"burst":10}}',
      '{"api":{"per_minute":-1,"burst":10}}',
      '{"api":{"per_minute":"60","burst":10}}',
      '{"api":{"per_minute":null,"burst":10}}',
      '{"api":{"per_minute":1e999,"burst":10}}',
      '{"api":{"per_minute":60,"burst":4}}',
      '{"api":{"per_minute":60,"burst":10.5}}',
      '{"api":{"per_minute":60,"burst":1e999}}',
      '{"api":{"per_minute":60,"burst":10,"more":1}}',
      '{"apis":{"per_minute":60,"burst":10}}',
      '{"__proto__":{"per_minute":60,"burst":10}}',
      '{"constructor":{"per_minute":60,"burst":10}}',
    ])("refuses %s", (text) => {
      expect(isRefused("RATE_LIMITS", text)).toBe(true);
      expect(({} as Variables).per_minute).toBeUndefined();
    });

    test("no limit that is accepted makes an operation impossible", () => {
      const dearest = Math.max(...operationList.map(([, operation]) => operation.rate.cost ?? 1));
      expect(isRefused("RATE_LIMITS", JSON.stringify({ task: { per_minute: 1, burst: dearest } }))).toBe(
        false,
      );
      expect(isRefused("RATE_LIMITS", JSON.stringify({ task: { per_minute: 1, burst: dearest - 1 } }))).toBe(
        true,
      );
    });
  });

  test("SESSION_BINDINGS sets a mode per factor; only addresses have networks", () => {
    const bindings = (value: unknown) => configured({ SESSION_BINDINGS: JSON.stringify(value) }).bindings;
    expect(bindings({ address: "network", certificate: "off" })).toEqual({
      address: "network",
      user_agent: "exact",
      tls_fingerprint: "observe",
      certificate: "off",
    });
    for (const factor of ["user_agent", "tls_fingerprint", "certificate"]) {
      expect(isRefused("SESSION_BINDINGS", JSON.stringify({ [factor]: "network" }))).toBe(true);
      for (const mode of ["exact", "observe", "off"])
        expect(bindings({ [factor]: mode })).toMatchObject({ [factor]: mode });
    }
    for (const text of ['{"address":"none"}', '{"adress":"off"}', '{"__proto__":"off"}', "[1]", "off", ""]) {
      expect(isRefused("SESSION_BINDINGS", text), text).toBe(true);
    }
  });
});

describe("secrets", () => {
  const SECRET = "hunter2-hunter2-hunter2-hunter2-hunter2-42";

  test.each([
    ["KEY_RING", undefined],
    ["KEY_RING", ""],
    ["KEY_RING", SECRET],
    ["KEY_RING", "[]"],
    ["KEY_RING", JSON.stringify([{ key_id: "k1", key: SECRET }])],
    ["KEY_RING", JSON.stringify([{ key_id: SECRET, key: key(1) }])],
    ["KEY_RING", JSON.stringify([{ key_id: "k1", key: `${key(1)}=` }])],
    ["KEY_RING", JSON.stringify([{ key_id: "k1", key: key(1).slice(1) }])],
    ["KEY_RING", JSON.stringify([1, 2].map((fill) => ({ key_id: "k1", key: key(fill) })))],
    ["KEY_RING", JSON.stringify({ key_id: "k1", key: key(1) })],
    ["KEY_RING", `${KEY_RING}]`],
    ["KEY_RING", [{ key_id: "k1", key: key(1) }]],
    ["BOOTSTRAP_KEY", undefined],
    ["BOOTSTRAP_KEY", ""],
    ["BOOTSTRAP_KEY", SECRET],
    ["BOOTSTRAP_KEY", `${key(3)}=`],
    ["BOOTSTRAP_KEY", ` ${key(3)}`],
    ["BOOTSTRAP_KEY", key(3).slice(0, 42)],
    ["BOOTSTRAP_KEY", Buffer.alloc(31, 3).toString("base64url")],
    ["BOOTSTRAP_KEY", Buffer.alloc(33, 3).toString("base64url")],
    ["BOOTSTRAP_KEY", Buffer.alloc(32, 0xff).toString("base64")],
  ])("%s that is missing or malformed is named and never said: %j", (name, value) => {
    const refusal = refusalOf(complete({ [name]: value }));
    expect(refusal.message).toBe(
      `configuration: missing or not acceptable: ${name}. See README, "Configuration".`,
    );
    expect(refusal.cause).toBeUndefined();
  });

  test("no value of any variable shows in the refusal, nor in its stack", () => {
    const value = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `zq${text}qz`);
    fc.assert(
      fc.property(value, (text) => {
        const names = ["KEY_RING", "BOOTSTRAP_KEY", "RATE_LIMITS", "SESSION_BINDINGS", "LOCKOUT_SECONDS"];
        const refusal = refusalOf(complete(Object.fromEntries(names.map((name) => [name, text]))));
        for (const name of names) expect(refusal.message).toContain(name);
        for (const said of [refusal.message, refusal.stack ?? "", JSON.stringify(refusal), String(refusal)]) {
          expect(said).not.toContain(text);
          expect(said).not.toContain(JSON.stringify(text).slice(1, -1));
        }
      }),
    );
  });

  test("a configuration that is printed shows no key of the ring", () => {
    const printed = JSON.stringify(configured().key_ring);
    for (const fill of [1, 2]) expect(printed).not.toContain(key(fill).slice(0, 12));
    expect(printed).not.toMatch(/[12],[12],[12]/);
  });
});

describe("completeness", () => {
  test.each(BINDINGS)("a missing binding %s is named", (name) => {
    const { [name]: _, ...env } = complete();
    expect(refusalOf(env).message).toContain(`: ${name}.`);
  });

  test("everything that is wrong is named at once, each once", () => {
    const { message } = refusalOf({ LOCKOUT_SECONDS: "0", RATE_LIMITS: '{"a":1,"b":2}' });
    const named = /acceptable: (.*)\. See/.exec(message)![1]!.split(", ");
    expect([...named].sort()).toEqual(
      [...BINDINGS, "KEY_RING", "BOOTSTRAP_KEY", "LOCKOUT_SECONDS", "RATE_LIMITS"].sort(),
    );
  });

  test("the bindings are those that the deployment makes", () => {
    const toml = readFileSync(join(resolve(import.meta.dirname, "../.."), "wrangler.toml"), "utf8");
    const made = [...toml.matchAll(/^(?:name|binding) = "([A-Z_]+)"$/gm)].map(([, name]) => name!);
    expect(made.sort()).toEqual([...BINDINGS].sort());
    expect(toml).toContain('required = ["KEY_RING", "BOOTSTRAP_KEY"]');
    expect(toml).not.toMatch(/^(?:KEY_RING|BOOTSTRAP_KEY)\s*=/m);
  });
});

describe("parsing", () => {
  test("happens once per environment", () => {
    const reads: PropertyKey[] = [];
    const env = new Proxy(complete(), {
      get(target, name) {
        reads.push(name);
        return Reflect.get(target, name);
      },
    });
    const first = configure(env);
    const read = reads.length;
    expect(read).toBeGreaterThan(0);
    expect(configure(env)).toBe(first);
    expect(reads.length).toBe(read);
    expect(configured()).not.toBe(first);
  });

  test("a refusal is no configuration: it is tried again, and refused again", () => {
    const env = complete({ KEY_RING: "nothing" });
    expect(refusalOf(env).message).toContain("KEY_RING");
    expect(refusalOf(env).message).toContain("KEY_RING");
    env.KEY_RING = KEY_RING;
    expect(configure(env).key_ring.ids()).toEqual(["k2", "k1"]);
  });
});
