// Certificates as others meet them: openssl makes the request, verifies what comes back against the workspace's authority
// and its revocation list, and finds the certificate in it once the key is revoked.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasOpenssl, Openssl } from "../unit/protocol/openssl.ts";
import { type SignedIn, signInAdmin } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const openssl = new Openssl();
let server: Server;
let ada: SignedIn;
beforeAll(async () => {
  server = await startServer();
  [ada] = (await signInAdmin(server, ["198.51.100.7"])) as [SignedIn];
});
afterAll(async () => {
  openssl.remove();
  await server?.stop();
});

async function fetched(path: string): Promise<Uint8Array> {
  const headers = { Authorization: `Bearer ${ada.session_token}`, "CF-Connecting-IP": ada.address };
  const answer = await fetch(new URL(path, server.origin), { headers });
  expect(answer.status).toBe(200);
  return new Uint8Array(await answer.arrayBuffer());
}

/** What `openssl verify` says with the lists as they are now. */
async function verdict(): Promise<{ ok: boolean; text: string }> {
  openssl.write("ca.pem", await fetched("/v1/pki/ca"));
  openssl.write("crl.der", await fetched("/v1/pki/crl"));
  openssl.run("crl", "-inform", "DER", "-in", "crl.der", "-out", "crl.pem");
  const lists = ["-crl_check", "-CRLfile", "crl.pem"];
  return openssl.tries(
    "verify",
    "-x509_strict",
    "-CAfile",
    "ca.pem",
    ...lists,
    "-purpose",
    "sslclient",
    "worker.pem",
  );
}

describe.runIf(hasOpenssl)("a certificate for a key that openssl made", () => {
  test("names the worker, whatever the request asked for, and is verified until it is revoked", async () => {
    const wish = ["-subj", "/O=elsewhere/CN=root", "-addext", "basicConstraints=critical,CA:TRUE"];
    openssl.run(
      ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "worker.csr"],
      ...wish,
    );
    const body = { name: "openssl-1", csr: openssl.read("worker.csr") };
    const { worker, certificate } = (await ada.client.registerWorker({ body })).body;
    openssl.write("worker.pem", certificate);
    const text = openssl.run("x509", "-in", "worker.pem", "-noout", "-text");
    // Since version 3.2 without spaces.
    expect(text).toMatch(/CN ?= ?openssl-1$/m);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(new RegExp(`URI:urn:taskward:[a-z0-9-]+:${worker.id}\n`));
    expect(text).not.toMatch(/elsewhere|root/);
    const [ours, theirs] = ["x509", "req"].map((kind) =>
      openssl.run(kind, "-in", kind === "req" ? "worker.csr" : "worker.pem", "-noout", "-pubkey"),
    );
    expect(ours).toBe(theirs);
    expect(await verdict()).toEqual({ ok: true, text: "worker.pem: OK\n" });
    const fingerprint = openssl.run(...["x509", "-in", "worker.pem", "-noout", "-fingerprint", "-sha256"]);
    const tlsClientAuth = {
      ...{ certPresented: "1", certVerified: "SUCCESS", certRevoked: "0" },
      certFingerprintSHA256: fingerprint.split("=")[1]!.trim().replaceAll(":", ""),
      certSubjectDNRFC2253: openssl
        .run(...["x509", "-in", "worker.pem", "-noout", "-subject", "-nameopt", "RFC2253"])
        .replace("subject=", "")
        .trim(),
    };
    const presented = async () => {
      const headers = { "MF-CF-Blob": JSON.stringify({ tlsClientAuth }), "CF-Connecting-IP": "198.51.100.8" };
      const answer = await fetch(new URL("/v1/whoami", server.origin), { headers });
      return [answer.status, await answer.json()] as const;
    };
    expect(await presented()).toMatchObject([200, { principal: { id: worker.id } }]);
    await ada.client.revokeWorker({ params: { worker_id: worker.id } });
    const revoked = await verdict();
    expect(revoked.ok).toBe(false);
    expect(revoked.text).toContain("certificate revoked");
    expect(await presented()).toMatchObject([401, { type: "/problems/certificate_refused" }]);
  });
});
