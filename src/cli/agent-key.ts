// A worker's private key from a file, PEM (PKCS #8, PKCS #1, SEC 1) or JWK, or a new one. Refuses keys that no
// signature of the service can be made with; never prints what it read.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { RequestFor } from "../api/client.ts";
import type { SignatureKey } from "../protocol/message-signature.ts";
import type { SignatureAlgorithm } from "../protocol/signature-algorithm.ts";
import { importPrivatePkcs8 } from "../protocol/signing-key.ts";

export class KeyFileError extends Error {}

export interface AgentKey extends SignatureKey {
  /** As a registration takes it. */
  readonly public_jwk: NonNullable<RequestFor<"registerWorker">["body"]["public_jwk"]>;
}

const OWNER_ALONE = 0o600;

/**
 * The key in the file. Where there is no file and a key may be made, a new Ed25519 key, kept there as a JWK; in memory
 * without a name.
 */
export async function agentKey(file: string | undefined, { may_make = true } = {}): Promise<AgentKey> {
  if (file !== undefined && existsSync(file)) return read(file);
  if (file !== undefined && !may_make)
    throw new KeyFileError(`${file} is not there: it should hold the key.`);
  const { privateKey } = generateKeyPairSync("ed25519");
  if (file !== undefined) keep(file, `${JSON.stringify(privateKey.export({ format: "jwk" }))}\n`);
  return asAgentKey(privateKey, "ed25519", {});
}

function keep(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: OWNER_ALONE, flag: "wx" });
  } catch (error) {
    throw new KeyFileError(`${file} cannot keep a new key: ${(error as Error).message}`);
  }
}

async function read(file: string): Promise<AgentKey> {
  try {
    // A byte order mark is a blank.
    const text = readFileSync(file, "utf8").trim();
    if (!text.startsWith("{")) return await fromObject(createPrivateKey(text), undefined);
    const jwk = JSON.parse(text) as { alg?: string };
    return await fromObject(createPrivateKey({ key: jwk as never, format: "jwk" }), jwk.alg);
  } catch {
    throw new KeyFileError(
      `${file} holds no usable private key: RSA of 2048 to 4096 bits, P-256 or Ed25519, as PEM or JWK.`,
    );
  }
}

function fromObject(key: KeyObject, alg: string | undefined): Promise<AgentKey> {
  switch (key.asymmetricKeyType) {
    case "ed25519":
      return asAgentKey(key, "ed25519", {});
    case "ec":
      return asAgentKey(key, "ecdsa-p256-sha256", {});
    default:
      return alg === "RS256"
        ? asAgentKey(key, "rsa-v1_5-sha256", { alg: "RS256" })
        : asAgentKey(key, "rsa-pss-sha512", { alg: "PS512" });
  }
}

async function asAgentKey(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  more: { alg?: "PS512" | "RS256" },
): Promise<AgentKey> {
  const imported = await importPrivatePkcs8(algorithm, key.export({ type: "pkcs8", format: "der" }));
  if (!imported.ok) throw new KeyFileError(imported.why);
  const public_jwk = createPublicKey(key).export({ format: "jwk" }) as AgentKey["public_jwk"];
  return { algorithm, key: imported.key, public_jwk: { ...public_jwk, ...more } };
}
