// Assertions of a service account: another implementation verifies them, and odd key files are refused.
import { generateKeyPairSync, verify } from "node:crypto";
import { expect, test } from "vitest";
import { parseServiceAccount, signAssertion } from "../../../src/protocol/jwt-assertion.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const file = {
  client_email: "audit@taskward.example",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
  token_uri: "https://oauth2.example/token",
};

test("an assertion carries its claims, and verifies", async () => {
  const account = parseServiceAccount(JSON.stringify(file))!;
  const [head, claims, signature] = (await signAssertion(account, "scope", 1_800_000_000_999)).split(".");
  const decoded = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
  expect(decoded(head!)).toEqual({ alg: "RS256", typ: "JWT" });
  expect(decoded(claims!)).toEqual({
    iss: file.client_email,
    scope: "scope",
    aud: file.token_uri,
    iat: 1_800_000_000,
    exp: 1_800_003_600,
  });
  const signed = Buffer.from(`${head}.${claims}`);
  expect(verify("sha256", signed, publicKey, Buffer.from(signature!, "base64url"))).toBe(true);
});

test("a key file that lacks something, or holds another kind of key, is refused", () => {
  const { client_email: _email, ...nameless } = file;
  const pkcs1 = privateKey.export({ type: "pkcs1", format: "pem" });
  const wrong = [
    nameless,
    { ...file, private_key: pkcs1 },
    { ...file, private_key: "" },
    { ...file, token_uri: "nowhere" },
    [],
    null,
  ];
  for (const each of wrong) expect(parseServiceAccount(JSON.stringify(each))).toBeNull();
  expect(parseServiceAccount("not JSON")).toBeNull();
});

test("a key file of white space is refused in one pass over it, and one with more of it than needed is read", () => {
  // Three white spaces side by side, each of any length, would be tried in some 10^10 ways: the test would time out.
  const private_key = `-----BEGIN PRIVATE KEY-----${"\n".repeat(5_000)}!`;
  expect(parseServiceAccount(JSON.stringify({ ...file, private_key }))).toBeNull();
  const roomy = file.private_key.replaceAll("\n", "\r\n\n ");
  const account = parseServiceAccount(JSON.stringify({ ...file, private_key: roomy }));
  expect(account).toEqual(parseServiceAccount(JSON.stringify(file)));
});
