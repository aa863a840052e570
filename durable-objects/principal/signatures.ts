// Signatures of a worker's requests (RFC 9421), checked with the keys that it has now. Imported keys stay in memory
// until anything about the worker changes, so that what is revoked is gone from the next request on.
import type { CryptoKey } from "../../src/protocol/crypto-key.ts";
import { verifySignature } from "../../src/protocol/signature-algorithm.ts";
import { importPublicJwk } from "../../src/protocol/signing-key.ts";
import type { Core } from "./core.ts";
import type { KeyRow } from "./key-store.ts";

export interface LiveKey {
  readonly row: KeyRow;
  readonly key: CryptoKey;
  last_used_at_ms: number;
}

export class Signatures {
  readonly #core: Core;
  readonly #live = new Map<string, LiveKey>();

  constructor(core: Core) {
    this.#core = core;
    core.onChange(() => this.#live.clear());
  }

  /** The key, if it is the worker's still: ask again after each wait. */
  held(key_id: string): KeyRow | null {
    return this.#live.get(key_id)?.row ?? this.#core.keys.find(key_id);
  }

  /** Whether the signature holds over `base` under that key. Its own algorithm counts; a message never chooses one. */
  async holds(
    key_id: string,
    base: Uint8Array,
    signature: Uint8Array,
    alg: string | null,
  ): Promise<LiveKey | null> {
    const live = await this.#open(key_id);
    if (!live || (alg !== null && alg !== live.row.algorithm)) return null;
    return (await verifySignature(live.row.algorithm, live.key, signature, base)) ? live : null;
  }

  async #open(key_id: string): Promise<LiveKey | null> {
    const known = this.#live.get(key_id);
    if (known) return known;
    const row = this.#core.keys.find(key_id);
    const imported = row && (await importPublicJwk(row.algorithm, row.jwk));
    if (!row || !imported?.ok) return null;
    const opened = { row, key: imported.key, last_used_at_ms: row.last_used_at_ms ?? 0 };
    // It may have been revoked meanwhile.
    if (this.#core.keys.find(key_id)) this.#live.set(key_id, opened);
    return opened;
  }
}
