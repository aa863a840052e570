// When the certificate of the example agent is due, on an injected clock, and what it leaves in its file.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { AgentCertificate } from "../../../src/cli/agent-certificate.ts";
import { authoritySubject } from "../../../src/domain/certificate.ts";
import { issueAuthority } from "../../../src/protocol/certificate.ts";
import { encodePem } from "../../../src/protocol/pem.ts";
import { generateSigningKeys } from "../../../src/protocol/signature-algorithm.ts";

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 0, 1);
const END_MS = NOW_MS + 90 * DAY_MS;

const folder = mkdtempSync(join(tmpdir(), "taskward-certificate-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { publicKey: public_key, privateKey } = await generateSigningKeys("ecdsa-p256-sha256");
async function certificate(not_after_ms: number): Promise<string> {
  const subject = authoritySubject("main", "test");
  const fields = {
    subject,
    serial: new Uint8Array(16).fill(1),
    public_key,
    not_before_ms: NOW_MS,
    not_after_ms,
  };
  return encodePem("CERTIFICATE", await issueAuthority(fields, privateKey));
}

test("it is due from thirty days before its end, and not a moment sooner", async () => {
  const kept = new AgentCertificate(undefined);
  kept.save(await certificate(END_MS));
  expect(kept.isDue(END_MS - 30 * DAY_MS - 1)).toBe(false);
  expect(kept.isDue(END_MS - 30 * DAY_MS)).toBe(true);
  expect(kept.isDue(END_MS + DAY_MS)).toBe(true);
  kept.save(await certificate(END_MS + 60 * DAY_MS));
  expect(kept.isDue(END_MS - 30 * DAY_MS)).toBe(false);
});

test("it is found again after a restart, and nothing else is left beside it", async () => {
  const file = join(folder, "agent.crt");
  const pem = await certificate(END_MS);
  new AgentCertificate(file).save(pem);
  expect(readFileSync(file, "utf8")).toBe(pem);
  expect(readdirSync(folder)).toEqual(["agent.crt"]);
  expect(new AgentCertificate(file).not_after_ms).toBe(END_MS);
});

test("one that is missing or cannot be read is due", () => {
  expect(new AgentCertificate(join(folder, "none.crt")).isDue(NOW_MS)).toBe(true);
  const file = join(folder, "broken.crt");
  writeFileSync(file, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  expect(new AgentCertificate(file).isDue(NOW_MS)).toBe(true);
});

test("where a renewal was refused it is due again after an hour", () => {
  const kept = new AgentCertificate(undefined);
  kept.putOff(NOW_MS);
  expect(kept.isDue(NOW_MS + 3_599_999)).toBe(false);
  expect(kept.isDue(NOW_MS + 3_600_000)).toBe(true);
});
