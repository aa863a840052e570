// A real rsyslog as the receiver of audit events, over TCP, or over TLS under an authority of its own.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePort, listens } from "./server.ts";

const program = ["/usr/sbin/rsyslogd", "/sbin/rsyslogd"].find(existsSync);
const LISTENS_MS = 10_000;

/** Whether it is here; its TLS comes in a package of its own. */
export const hasRsyslog = program !== undefined;
export const hasRsyslogTls =
  hasRsyslog &&
  spawnSync("openssl", ["version"]).status === 0 &&
  spawnSync("sh", ["-c", "ls /usr/lib/*/rsyslog/lmnsd_ossl.so"]).status === 0;

export class Rsyslog {
  readonly port: number;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, port: number, config: string) {
    this.#folder = folder;
    this.port = port;
    const file = join(folder, "rsyslog.conf");
    writeFileSync(file, config);
    this.#process = spawn(program!, ["-n", "-f", file, "-i", join(folder, "pid")], { stdio: "ignore" });
  }

  static async start({ tls = false } = {}): Promise<Rsyslog> {
    const folder = mkdtempSync(join(tmpdir(), "taskward-rsyslog-"));
    const port = await freePort();
    if (tls) makeCertificates(folder);
    const made = new Rsyslog(folder, port, configOf(folder, port, tls));
    for (const deadline_ms = Date.now() + LISTENS_MS; !(await listens(port)); await wait(50))
      if (Date.now() > deadline_ms) throw new Error("rsyslogd does not listen");
    return made;
  }

  /** The authority's certificate, for whoever is to trust the receiver. */
  get authority_file(): string {
    return join(this.#folder, "authority.pem");
  }

  /** What has come: `<pri> <app> <message id> <message>` in each line. */
  lines(): string[] {
    const file = join(this.#folder, "messages");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  }

  stop(): void {
    this.#process.kill("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const configOf = (folder: string, port: number, tls: boolean): string => `
global(workDirectory="${folder}" maxMessageSize="64k"
  DefaultNetstreamDriverCAFile="${folder}/authority.pem"
  DefaultNetstreamDriverCertFile="${folder}/server.pem"
  DefaultNetstreamDriverKeyFile="${folder}/server.key")
module(load="imtcp"${tls ? ' StreamDriver.Name="ossl" StreamDriver.Mode="1" StreamDriver.AuthMode="anon"' : ""})
input(type="imtcp" port="${port}" address="127.0.0.1")
template(name="raw" type="string" string="%pri% %app-name% %msgid% %msg%\\n")
action(type="omfile" file="${folder}/messages" template="raw")
`;

/** An authority that nobody knows, and a certificate for localhost that it has issued. */
function makeCertificates(folder: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  openssl("req", "-x509", ...key, "-keyout", "authority.key", "-out", "authority.pem", "-subj", "/CN=Test");
  openssl("req", ...key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=localhost");
  writeFileSync(join(folder, "names"), "subjectAltName=DNS:localhost\n");
  const by = ["-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "names"];
  openssl("x509", "-req", "-in", "server.csr", ...by, "-out", "server.pem");
}
