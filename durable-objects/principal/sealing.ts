// What a principal keeps sealed, and under which key: second factors and descriptions under the principal's,
// session state under the session's own secret besides, so that the stored rows alone open nothing.
import { backupCodeMac } from "../../src/protocol/backup-code.ts";
import { utf8 } from "../../src/protocol/base64url.ts";
import type { KeyRing } from "../../src/protocol/key-ring.ts";
import { open, openJson, seal, sealJson } from "../../src/protocol/sealed-box.ts";
import type { AiRecord } from "../../src/schema/ai-record.ts";
import { migrateState, type SessionState, STATE_VERSION } from "./session-state.ts";

interface SealedState {
  readonly id: string;
  readonly state_version: number;
  readonly state: Uint8Array;
  readonly last_used_at_ms: number;
}

export interface SessionDescription {
  readonly device: string;
  readonly place: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
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
  async openState(row: SealedState, secret: Uint8Array): Promise<SessionState | null> {
    const options = this.#stateOptions(row.id, row.state_version, secret);
    const stored = await openJson<unknown>(this.#ring, row.state, options);
    return stored === null ? null : migrateState(stored, row.state_version, row.last_used_at_ms);
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

  sealAddress(address: string): Promise<Uint8Array> {
    return seal(this.#ring, utf8(address), this.#options("email-address", "email"));
  }

  async openAddress(box: Uint8Array): Promise<string | null> {
    const address = await open(this.#ring, box, this.#options("email-address", "email"));
    return address && new TextDecoder().decode(address);
  }

  sealAiRecord(id: string, record: AiRecord): Promise<Uint8Array> {
    return sealJson(this.#ring, record, this.#options("ai-record", id));
  }

  openAiRecord(id: string, box: Uint8Array): Promise<AiRecord | null> {
    return openJson<AiRecord>(this.#ring, box, this.#options("ai-record", id));
  }

  /** A mailed link's token on its way out: the only place where it stands whole, and then not in clear. */
  sealToken(link_id: string, token: string): Promise<Uint8Array> {
    return seal(this.#ring, utf8(token), this.#options("mailed-token", link_id));
  }

  async openToken(link_id: string, box: Uint8Array): Promise<string | null> {
    const token = await open(this.#ring, box, this.#options("mailed-token", link_id));
    return token && new TextDecoder().decode(token);
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
