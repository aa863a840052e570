// `npm run agent` from outside: it registers, works, and goes on where it was when the server was killed meanwhile.
import { type ChildProcess, spawn } from "node:child_process";
import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { authoritySubject } from "../../src/domain/certificate.ts";
import { issueAuthority } from "../../src/protocol/certificate.ts";
import { encodePem } from "../../src/protocol/pem.ts";
import { generateSigningKeys } from "../../src/protocol/signature-algorithm.ts";
import { WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const AGENT = fileURLToPath(new URL("../../src/cli/agent.ts", import.meta.url));
const MS_MAX = 180_000;

let server: Server;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "taskward-agent-"));
  // Each run opens a workspace of its own, from one address: faster than people do.
  server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Run {
  readonly child: ChildProcess;
  output(): string;
  /** Waits until it has printed that. */
  said(pattern: RegExp): Promise<void>;
  ended(): Promise<number | null>;
}

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const { FORCE_COLOR: _, ...environment } = process.env;
  const child = spawn(process.execPath, [AGENT, "--origin", server.origin, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...environment, TASKWARD_DEV_VARS: join(server.data, ".dev.vars"), ...env },
  });
  let text = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  const closed = once(child, "close");
  return {
    child,
    output: () => text,
    async said(pattern) {
      while (!pattern.test(text)) {
        const [event] = await Promise.race([once(child.stdout!, "data"), closed]);
        if (typeof event === "number") throw new Error(`it ended before it said ${pattern}:\n${text}`);
      }
    },
    ended: async () => (await closed)[0] as number | null,
  };
}

test(
  "it registers, claims by skill, renews and completes, also over a crash of the server",
  async () => {
    const agent = run(["--work-seconds", "1"]);
    await agent.said(/claimed {3}"Check the figures"/);
    await server.kill();
    await server.restart();
    expect(await agent.ended(), agent.output()).toBe(0);
    const completed = [...agent.output().matchAll(/completed "([^"]+)"/g)].map(([, title]) => title);
    expect(completed).toEqual(["Check the figures", "Collect the sources", "Translate the first page"]);
    expect(agent.output()).toContain("Completed 3 tasks");
    expect(agent.output(), "what it was not made for stays").not.toContain("Paint the door");
  },
  MS_MAX,
);

test(
  "it keeps its certificate, and the next one before that ends or where it is gone",
  async () => {
    const [file, kept] = [join(folder, "kept.json"), join(folder, "kept.json.crt")];
    const first = run(["--key", file, "--work-seconds", "0", "--tasks", "1"]);
    expect(await first.ended(), first.output()).toBe(0);
    const issued = new X509Certificate(await readFile(kept));
    const key = createPrivateKey({ key: JSON.parse(await readFile(file, "utf8")), format: "jwk" });
    expect(issued.checkPrivateKey(key)).toBe(true);
    expect(first.output()).not.toContain("renewed   its certificate");
    expect(first.output(), "more would fit").toMatch(/Completed 1 task, as asked for\./);
    const again = async () => {
      const key_id = /twk_1\.\S+/.exec(first.output())![0];
      const known = ["--key-id", key_id, "--project", `prj_${"0".repeat(26)}`];
      const agent = run(["--key", file, ...known]);
      await agent.ended();
      return { said: agent.output(), certificate: new X509Certificate(await readFile(kept)) };
    };
    const unchanged = await again();
    expect(unchanged.certificate.serialNumber).toBe(issued.serialNumber);
    expect(unchanged.said).not.toContain("renewed");
    await rm(kept);
    const anew = await again();
    expect(anew.said).toContain("renewed   its certificate");
    expect(anew.certificate.serialNumber).not.toBe(issued.serialNumber);
    expect(anew.certificate.checkPrivateKey(key)).toBe(true);
    await writeFile(kept, await certificateThatEndsIn(29 * 86_400_000));
    const next = await again();
    expect(next.said).toContain("renewed   its certificate");
    expect(next.certificate.validToDate.getTime() - Date.now()).toBeGreaterThan(89 * 86_400_000);
  },
  MS_MAX,
);

/** Any certificate will do: of the file the agent reads when it ends. */
async function certificateThatEndsIn(ms: number): Promise<string> {
  const { publicKey, privateKey } = await generateSigningKeys("ecdsa-p256-sha256");
  const serial = new Uint8Array(16).fill(1);
  const subject = authoritySubject("main", "soon");
  const validity = { not_before_ms: Date.now() - 86_400_000, not_after_ms: Date.now() + ms };
  const der = await issueAuthority({ subject, serial, public_key: publicKey, ...validity }, privateKey);
  return encodePem("CERTIFICATE", der);
}

test(
  "it keeps a new key for itself, and a wrong one gets it nowhere",
  async () => {
    const file = join(folder, "new.json");
    const first = run(["--key", file, "--work-seconds", "0", "--tasks", "1"]);
    expect(await first.ended(), first.output()).toBe(0);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ kty: "OKP", crv: "Ed25519" });
    const key_id = /twk_1\.\S+/.exec(first.output())![0];
    const known = ["--key-id", key_id, "--project", `prj_${"0".repeat(26)}`];
    const elsewhere = run(["--key", file, ...known]);
    expect(await elsewhere.ended()).toBe(1);
    expect(elsewhere.output()).toContain("404");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = join(folder, "wrong.pem");
    await writeFile(pem, privateKey.export({ type: "pkcs1", format: "pem" }));
    const impostor = run(["--key", pem, ...known]);
    expect(await impostor.ended()).toBe(1);
    expect(impostor.output()).toContain("The signature was not accepted");
  },
  MS_MAX,
);

test.each([
  ["RSA as PKCS #8", () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, "pkcs8"],
  ["RSA as PKCS #1", () => generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, "pkcs1"],
  ["P-256 as SEC 1", () => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey, "sec1"],
  ["Ed25519 as PKCS #8", () => generateKeyPairSync("ed25519").privateKey, "pkcs8"],
] as const)(
  "it signs with a PEM file: %s",
  async (name, make, type) => {
    const file = join(folder, `${name}.pem`);
    await writeFile(file, make().export({ type: type as "pkcs8", format: "pem" }) as string);
    const agent = run(["--key", file, "--work-seconds", "0", "--tasks", "1"]);
    expect(await agent.ended(), agent.output()).toBe(0);
    expect(agent.output()).toContain('completed "Check the figures"');
  },
  MS_MAX,
);

test(
  "it says what is wrong with its command line or its key",
  async () => {
    const nonsense = join(folder, "nonsense.pem");
    await writeFile(nonsense, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
    for (const [args, words] of [
      [["--key", nonsense], "holds no usable private key"],
      [["--project", "prj_1"], "needs --register NAME, or the --key-id"],
      [["--skill", "german"], "is no skill"],
      [["--what"], "See: npm run agent -- --help"],
    ] as const) {
      const agent = run(args);
      expect(await agent.ended()).toBe(1);
      expect(agent.output()).toContain(words);
      expect(agent.output()).not.toContain("AAAA\n");
    }
  },
  MS_MAX,
);
