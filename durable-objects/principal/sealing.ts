// What a principal keeps sealed, and under which key: second factors and descriptions under the principal's,
// session state under the session's own secret besides, so that the stored rows alone open nothing.
import type { Bindings } from "../../src/domain/session.ts";
import { backupCodeMac } from "../../src/protocol/backup-code.ts";
import { utf8 } from "../../src/protocol/base64url.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { open, openJson, seal, sealJson } from "../../src/protocol/sealed-box.ts";

export const STATE_VERSION = 1;

export interface SessionState {
  readonly bindings: Bindings;
}

export interface SessionDescription {
  readonly device: string;
  readonly place: string;
}

export class Sealing {
  readonly #ring: KeyRing;
  /** `<workspace>/<principal id>`: boxes open only where they were made. */
  readonly #owner: () => string;

  constructor(ring: KeyRing, owner: () => string) {
    this.#ring = ring;
    this.#owner = owner;
  }

  sealState(session_id: string, secret: Uint8Array, state: SessionState): Promise<Uint8Array> {
    return sealJson(this.#ring, state, this.#stateOptions(session_id, STATE_VERSION, secret));
  }

  /** Null when the state was altered, moved or sealed under another secret: the session must then end. */
  openState(
    session_id: string,
    version: number,
    secret: Uint8Array,
    box: Uint8Array,
  ): Promise<SessionState | null> {
    return openJson<SessionState>(this.#ring, box, this.#stateOptions(session_id, version, secret));
  }

  sealDescription(session_id: string, description: SessionDescription): Promise<Uint8Array> {
    return sealJson(this.#ring, description, this.#options("session-description", session_id));
  }

  openDescription(session_id: string, box: Uint8Array): Promise<SessionDescription | null> {
    return openJson<SessionDescription>(this.#ring, box, this.#options("session-description", session_id));
  }

  sealTotp(secret: string): Promise<Uint8Array> {
    return seal(this.#ring, utf8(secret), this.#options("totp-secret", "totp"));
  }

  async openTotp(box: Uint8Array): Promise<string | null> {
    const secret = await open(this.#ring, box, this.#options("totp-secret", "totp"));
    return secret && new TextDecoder().decode(secret);
  }

  /** One MAC per key of the ring: a code made under an older key is still found. */
  async backupCodeMacs(code: string): Promise<Uint8Array[]> {
    const keys = await Promise.all(this.#ring.ids().map((id) => this.#ring.deriveBytes(id, "backup-code")));
    return keys.map((key) => backupCodeMac(key, this.#owner(), code));
  }

  #stateOptions(session_id: string, version: number, secret: Uint8Array) {
    return { ...this.#options("session-state", `${session_id}/${version}`), salt: secret };
  }

  #options(purpose: string, what: string) {
    return { purpose, associated_data: `${this.#owner()}/${what}` };
  }
}
