// Syslog over TLS to a real rsyslog: whoever cannot show a certificate that is trusted gets no event, and once it is
// trusted every event, with nothing lost in between.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, it } from "vitest";
import { type SignedIn, signInAdmin, WIDE_RATE_LIMITS } from "./people.ts";
import { hasRsyslogTls, Rsyslog } from "./rsyslog.ts";
import { type Server, startServer } from "./server.ts";

const WAIT_MS_MAX = 40_000;
const POLL_MS = 250;
const note = hasRsyslogTls ? "" : " (skipped: rsyslog-openssl is not installed)";

async function until(holds: () => Promise<boolean> | boolean, what: string): Promise<void> {
  for (const deadline_ms = Date.now() + WAIT_MS_MAX; !(await holds()); await wait(POLL_MS))
    if (Date.now() > deadline_ms) throw new Error(`${what}: not within ${WAIT_MS_MAX} ms`);
}

it.skipIf(!hasRsyslogTls)(
  `a receiver gets events only once its certificate is trusted, and then all of them${note}`,
  async () => {
    const receiver = await Rsyslog.start({ tls: true });
    const data = mkdtempSync(join(tmpdir(), "taskward-syslog-tls-"));
    const start = (more: Parameters<typeof startServer>[0], trusting: Record<string, string>) => {
      const own = { RATE_LIMITS: WIDE_RATE_LIMITS, AUDIT_SYSLOG: `tls://localhost:${receiver.port}` };
      return startServer({ ...more, data, env: { ...own, ...trusting } });
    };
    const stateOf = async ({ client }: SignedIn) =>
      (await client.listSinks()).body.sinks.find(({ name }) => name === "syslog")!;
    let server: Server | null = null;
    try {
      server = await start({}, {});
      const ada = (await signInAdmin(server, ["198.51.100.1"]))[0]!;
      const events = [(await ada.client.createProject({ body: { name: "Untrusted" } })).audit_event!];
      await until(async () => (await stateOf(ada)).failures > 0, "a refusal");
      expect(await stateOf(ada)).toMatchObject({ status: "failing", next_index: 0 });
      expect(receiver.lines().join("\n")).not.toContain("taskward");
      const { port } = new URL(server.origin);
      await server.stop();
      server = null;
      server = await start({ port: Number(port) }, { NODE_EXTRA_CA_CERTS: receiver.authority_file });
      events.push((await ada.client.createProject({ body: { name: "Trusted" } })).audit_event!);
      await until(
        () => events.every((id) => receiver.lines().some((line) => line.includes(id))),
        "all events",
      );
      const received = receiver.lines().map((line) => {
        const [, pri, app, type, json] = /^(\d+) (\S+) (\S+) \ufeff?(\{.*\})$/.exec(line)!;
        return { pri, app, type, index: (JSON.parse(json!) as { index: number }).index };
      });
      expect(received[0], "from the first on").toMatchObject({ index: 0 });
      expect(received).toContainEqual(
        expect.objectContaining({ pri: "108", app: "taskward", type: "workspace.created" }),
      );
      // The receiver has them before the log has noted so.
      await until(async () => (await stateOf(ada)).status === "healthy", "a healthy sink");
    } finally {
      await server?.stop();
      receiver.stop();
      rmSync(data, { recursive: true, force: true });
    }
  },
);
