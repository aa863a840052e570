// What is personal in an event: sealed under a secret of its subject (AES-256-GCM), and beside it a pseudonym, by which
// the events of one subject from one address can still be told. Erasing a person destroys the secret: then nobody can
// open what is sealed, nor try addresses until a pseudonym fits, and the log's proofs still hold.
// The subject is whoever acted; the address of strangers belongs to the strangers of its month.

import { decryptAesGcm, encryptAesGcm, NONCE_BYTES } from "../../src/protocol/aes-gcm.ts";
import { decodeBase64Url, encodeBase64Url, utf8 } from "../../src/protocol/base64url.ts";
import { encodeCrockford } from "../../src/protocol/crockford.ts";
import type { CryptoKey } from "../../src/protocol/crypto-key.ts";
import { macSync } from "../../src/protocol/mac.ts";
import { randomBytes } from "../../src/protocol/random.ts";
import { open, seal } from "../../src/protocol/sealed-box.ts";
import type { AuditEntry, AuditEvent, UnsequencedEvent } from "../../src/schema/audit-event.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { SubjectStore } from "./subject-store.ts";

export type SealedEvent = Omit<AuditEntry, "index">;

interface SubjectKey {
  readonly sealing: CryptoKey;
  readonly naming: Uint8Array;
  /** Pseudonyms that were made of late, by address: most people have one or two. */
  readonly pseudonyms: Map<string, string>;
}

const SECRET_BYTES = 32;
const PSEUDONYM_BYTES = 10;
/** Subjects whose keys stay in memory. */
const KEYS_MAX = 1_000;
/** Pseudonyms of one subject that stay in memory: strangers share one. */
const PSEUDONYMS_MAX = 100;
/** Subjects that are sealed anew at a time, after the newest master key has changed. */
const RESEAL_MAX = 200;
/** How often that is looked at where nothing else happens. */
const LOOK_MS = 86_400_000;

const subjectOf = ({ user_id, timestamp }: Pick<AuditEvent, "user_id" | "timestamp">): string =>
  user_id ?? `strangers/${timestamp.slice(0, 7)}`;

export class Personal {
  readonly #object: ObjectSurface;
  readonly #store: SubjectStore;
  readonly #keys = new Map<string, SubjectKey>();
  #next_look_ms = Date.now() + LOOK_MS;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new SubjectStore(object.sql);
  }

  /** The events as the log keeps them. What an erased person still causes keeps no address at all. */
  seal(events: readonly UnsequencedEvent[]): Promise<SealedEvent[]> {
    return Promise.all(events.map((event) => this.#sealOne(event)));
  }

  /** The events as they were; where the subject's secret is destroyed, with their pseudonyms. */
  open(entries: readonly AuditEntry[]): Promise<AuditEvent[]> {
    return Promise.all(entries.map((entry) => this.#openOne(entry)));
  }

  /** Destroys a subject's secret, in the caller's transaction. */
  destroy(subject: string): void {
    this.#store.destroy(subject);
    this.#keys.delete(subject);
  }

  /** When to look again for what an older master key seals: one that is taken out must find nothing. */
  nextLook(): number {
    return this.#next_look_ms;
  }

  /** Seals secrets anew that an older master key seals, some at a time, so that it can be retired. */
  async reseal(): Promise<void> {
    const { key_ring } = this.#object.config;
    // What no key of the ring opens stays as it is, and in nobody's way.
    const older = key_ring.ids().filter((key_id) => key_id !== key_ring.newest.key_id);
    const rows = this.#store.sealedBy(older, RESEAL_MAX);
    let moved = 0;
    for (const { name, box } of rows) {
      const secret = box && (await this.#openSecret(name, new Uint8Array(box)));
      if (!secret) continue;
      const fresh = await this.#sealSecret(name, secret);
      this.#object.transact(() => this.#store.reseal(name, key_ring.newest.key_id, fresh));
      moved += 1;
    }
    const are_more = rows.length === RESEAL_MAX && moved > 0;
    this.#next_look_ms = Date.now() + (are_more ? 0 : LOOK_MS);
  }

  async #sealOne(event: UnsequencedEvent): Promise<SealedEvent> {
    const { ip_address } = event;
    if (ip_address === null) return { ...event, sealed: null };
    const key = (await this.#find(subjectOf(event))) ?? (await this.#make(subjectOf(event)));
    if (!key) return { ...event, ip_address: null, sealed: null };
    const nonce = randomBytes(NONCE_BYTES);
    const box = await encryptAesGcm(
      key.sealing,
      nonce,
      utf8(JSON.stringify({ ip_address })),
      this.#bind(event),
    );
    return {
      ...event,
      ip_address: pseudonymOf(key, ip_address),
      sealed: encodeBase64Url(new Uint8Array([...nonce, ...box])),
    };
  }

  async #openOne({ sealed, ...event }: AuditEntry): Promise<AuditEvent> {
    const box = sealed === null ? null : decodeBase64Url(sealed);
    const key = box && (await this.#find(subjectOf(event)));
    if (!key) return event;
    const opened = await decryptAesGcm(
      key.sealing,
      box.subarray(0, NONCE_BYTES),
      box.subarray(NONCE_BYTES),
      this.#bind(event),
    );
    return opened ? { ...event, ...JSON.parse(new TextDecoder().decode(opened)) } : event;
  }

  /** What is sealed for one event opens in no other. */
  #bind({ id }: { readonly id: string }): Uint8Array<ArrayBuffer> {
    return utf8(`${this.#object.name()}\n${id}`);
  }

  async #find(subject: string): Promise<SubjectKey | null> {
    const known = this.#keys.get(subject);
    if (known) return known;
    const box = this.#store.find(subject)?.box;
    const secret = box ? await this.#openSecret(subject, new Uint8Array(box)) : null;
    if (!secret) return null;
    const key = {
      sealing: await crypto.subtle.importKey(
        "raw",
        macSync(secret, utf8("seal")) as Uint8Array<ArrayBuffer>,
        "AES-GCM",
        false,
        ["encrypt", "decrypt"],
      ),
      naming: macSync(secret, utf8("name")),
      pseudonyms: new Map<string, string>(),
    };
    // It may have been destroyed while it was being opened.
    if (!this.#store.find(subject)?.box) return null;
    if (this.#keys.size >= KEYS_MAX) this.#keys.clear();
    this.#keys.set(subject, key);
    return key;
  }

  async #make(subject: string): Promise<SubjectKey | null> {
    // Made by another call since this one looked, or destroyed.
    if (this.#store.find(subject)) return this.#find(subject);
    const box = await this.#sealSecret(subject, randomBytes(SECRET_BYTES));
    const { key_id } = this.#object.config.key_ring.newest;
    this.#object.transact(() => this.#store.add(subject, key_id, box));
    return this.#find(subject);
  }

  #sealSecret(subject: string, secret: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    return seal(this.#object.config.key_ring, secret, this.#boxOptions(subject));
  }

  #openSecret(subject: string, box: Uint8Array): Promise<Uint8Array<ArrayBuffer> | null> {
    return open(this.#object.config.key_ring, box, this.#boxOptions(subject));
  }

  #boxOptions(subject: string) {
    return { purpose: "audit-subject", associated_data: `${this.#object.name()}\n${subject}` };
  }
}

function pseudonymOf({ naming, pseudonyms }: SubjectKey, ip_address: string): string {
  const known = pseudonyms.get(ip_address);
  if (known) return known;
  const name = encodeCrockford(macSync(naming, utf8(ip_address)).subarray(0, PSEUDONYM_BYTES));
  if (pseudonyms.size >= PSEUDONYMS_MAX) pseudonyms.clear();
  pseudonyms.set(ip_address, `psn_${name}`);
  return `psn_${name}`;
}
