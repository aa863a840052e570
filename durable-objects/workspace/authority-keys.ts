// The private keys of a workspace's certificate authorities: sealed in their rows, opened into keys that sign and cannot
// be exported. What an older key of the ring seals is sealed anew when it is opened.

import { authoritySubject, authorityValidity } from "../../src/domain/certificate.ts";
import { type Issuer, issueAuthority, readCertificate } from "../../src/protocol/certificate.ts";
import type { CryptoKey } from "../../src/protocol/crypto-key.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { randomBytes } from "../../src/protocol/random.ts";
import { keyIdOf, open, seal } from "../../src/protocol/sealed-box.ts";
import { generateSigningKeys } from "../../src/protocol/signature-algorithm.ts";
import { importPrivatePkcs8 } from "../../src/protocol/signing-key.ts";
import type { AuthorityRow } from "./authority-store.ts";

const ALGORITHM = "ecdsa-p256-sha256";

export type AuthorityDraft = Pick<AuthorityRow, "id" | "certificate" | "box" | "not_after_ms">;

export class AuthorityKeys {
  readonly #ring: KeyRing;
  readonly #workspace: () => string;
  readonly #open = new Map<string, CryptoKey>();

  constructor(ring: KeyRing, workspace: () => string) {
    this.#ring = ring;
    this.#workspace = workspace;
  }

  /** A new authority, not yet on record. */
  async draft(now_ms: number): Promise<AuthorityDraft> {
    const { publicKey, privateKey } = await generateSigningKeys(ALGORITHM, { extractable: true });
    const serial = randomBytes(16);
    const name = [...serial].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const { not_before_ms, not_after_ms } = authorityValidity(now_ms);
    const certificate = await issueAuthority(
      {
        subject: authoritySubject(this.#workspace(), name),
        serial,
        public_key: publicKey,
        not_before_ms,
        not_after_ms,
      },
      privateKey,
    );
    const id = readCertificate(certificate)!.key_identifier;
    const pkcs8 = new Uint8Array((await crypto.subtle.exportKey("pkcs8", privateKey)) as ArrayBuffer);
    return { id, certificate, box: await this.#seal(id, pkcs8), not_after_ms };
  }

  /** The authority, able to sign; `resealed` where its box was an older key's. Throws where the box does not open. */
  async issuer(row: AuthorityRow): Promise<{ issuer: Issuer; resealed: Uint8Array | null }> {
    const { id, certificate, box } = row;
    const known = this.#open.get(id);
    const is_newest = keyIdOf(box) === this.#ring.newest.key_id;
    if (known && is_newest) return { issuer: { certificate, private_key: known }, resealed: null };
    const pkcs8 = await open(this.#ring, box, this.#options(id));
    const imported = pkcs8 && (await importPrivatePkcs8(ALGORITHM, pkcs8));
    if (!imported?.ok) throw new Error("the key of a certificate authority does not open");
    this.#open.set(id, imported.key);
    const resealed = is_newest ? null : await this.#seal(id, pkcs8!);
    return { issuer: { certificate, private_key: imported.key }, resealed };
  }

  #seal(id: string, pkcs8: Uint8Array): Promise<Uint8Array> {
    return seal(this.#ring, pkcs8, this.#options(id));
  }

  #options(id: string) {
    return { purpose: "certificate-authority", associated_data: `${this.#workspace()}/${id}` };
  }
}
