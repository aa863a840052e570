// The second factor as a real authenticator meets it: a scanner reads the QR codes, in the answer and in the terminal,
// and a program that knows nothing of Taskward makes the codes. Needs zbarimg, rsvg-convert and oathtool.
import { execFileSync } from "node:child_process";
import { renderUnicodeCompact } from "uqr";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { totpAt, totpUri } from "../../src/protocol/one-time-code.ts";
import { clientAt, isCodeAboutNow } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const missing = ["zbarimg", "rsvg-convert", "oathtool"].filter((program) => {
  try {
    execFileSync("which", [program], { stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
});
const note = missing.length > 0 ? ` (skipped: no ${missing.join(", ")}; scripts/install-debian.sh)` : "";

const run = (program: string, args: readonly string[], input?: string | Buffer): Buffer =>
  execFileSync(program, args, { ...(input !== undefined && { input }), stdio: ["pipe", "pipe", "ignore"] });
/** What a scanner reads in a picture. */
const scan = (picture: Buffer): string =>
  run("zbarimg", ["--quiet", "--raw", "-"], picture).toString().trim();
const ofSvg = (svg: string): Buffer =>
  run("rsvg-convert", ["--width", "600", "--background-color", "white"], svg);

/** The text as a terminal of light letters on dark shows it: each character is two dots, one over the other. */
function ofTerminal(text: string): Buffer {
  const DOT = 8;
  const rows = text.split("\n").flatMap((line) => {
    const lit = (...characters: string[]) => Array.from(line, (each) => (characters.includes(each) ? 0 : 1));
    return [lit("█", "▀"), lit("█", "▄")];
  });
  const width = Math.max(...rows.map((row) => row.length));
  const bitmap = rows.flatMap((row) => {
    const wide = Array.from({ length: width * DOT }, (_, index) => row[Math.floor(index / DOT)] ?? 1).join(
      "",
    );
    return new Array<string>(DOT).fill(wide);
  });
  return Buffer.from(`P1\n${width * DOT} ${bitmap.length}\n${bitmap.join("\n")}\n`);
}

/** The code of a moment, made from the secret as an app keeps it. */
const appCode = (secret: string, now_ms = Date.now()): string => {
  const now = `${new Date(now_ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  return run("oathtool", ["--totp", "--base32", "--now", now, secret]).toString().trim();
};
const secretIn = (uri: string): string => new URL(uri).searchParams.get("secret")!;

describe.skipIf(missing.length > 0)(`a real authenticator${note}`, () => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server?.stop());

  test("scans the answer's QR code, and its codes sign in", async () => {
    const client = clientAt(server, "192.0.2.10");
    const person = { workspace: "main", username: "ada", password: "horse and staple" };
    const { bootstrap_token } = server;
    const { mfa } = (await client.register({ body: { ...person, enable_mfa: true, bootstrap_token } })).body;
    const scanned = scan(ofSvg(mfa!.qr_svg));
    expect(scanned).toBe(mfa!.qr_uri);
    const signIn = async (mfa_code: string) => {
      const proof = (await client.nonce()).body;
      return client.login({ body: { ...person, ...proof, mfa_code } });
    };
    const secret = secretIn(scanned);
    let stale_ms = Date.now() - 3_600_000;
    // By chance one of then may be one of now.
    while (isCodeAboutNow(secret, appCode(secret, stale_ms))) stale_ms -= 30_000;
    await expect(signIn(appCode(secret, stale_ms))).rejects.toMatchObject({ status: 401 });
    const { user } = (await signIn(appCode(secret))).body;
    expect(user).toMatchObject({ username: "ada", mfa_enabled: true, roles: ["ADMIN"] });
  });

  test("scans the terminal's QR code", () => {
    const uri = totpUri({ issuer: "Taskward", username: "ada", secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP" });
    expect(scan(ofTerminal(renderUnicodeCompact(uri)))).toBe(uri);
  });

  test("makes the codes that Taskward expects, for any secret and time", () => {
    for (let round = 0; round < 40; round += 1) {
      const secret = Array.from(
        { length: 32 },
        (_, index) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(round * 31 + index * 7) % 32],
      );
      const now_ms = 1_000_000_000_000 + round * 123_456_789_000;
      expect(appCode(secret.join(""), now_ms)).toBe(totpAt(secret.join(""), now_ms));
    }
  });
});
