// The certificate of a worker's key, in a PEM file beside the key. The key lives no longer than its newest certificate, so
// the next one is due a month before this one ends; where a renewal is refused, once an hour until it is not.
import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";

const RENEWED_BEFORE_MS = 30 * 86_400_000;
const AGAIN_MS = 3_600_000;

export class AgentCertificate {
  readonly #file: string | undefined;
  #not_after_ms: number | null = null;
  #not_before_ms = 0;

  /** Kept in that file, and read from it where it is there; in memory without a name. */
  constructor(file: string | undefined) {
    this.#file = file;
    if (file !== undefined && existsSync(file)) this.#not_after_ms = endOf(readFileSync(file, "utf8"));
  }

  /** When it ends; null where it is not known. */
  get not_after_ms(): number | null {
    return this.#not_after_ms;
  }

  /** Takes the place of the one before in one step: whoever reads the file finds one or the other, whole. */
  save(pem: string): void {
    this.#not_after_ms = endOf(pem);
    if (this.#file === undefined) return;
    writeFileSync(`${this.#file}.next`, pem);
    renameSync(`${this.#file}.next`, this.#file);
  }

  /** Also where it is not known when it ends. */
  isDue(now_ms: number): boolean {
    if (now_ms < this.#not_before_ms) return false;
    return this.#not_after_ms === null || now_ms >= this.#not_after_ms - RENEWED_BEFORE_MS;
  }

  /** A renewal was refused. */
  putOff(now_ms: number): void {
    this.#not_before_ms = now_ms + AGAIN_MS;
  }
}

function endOf(pem: string): number | null {
  try {
    return new X509Certificate(pem).validToDate.getTime();
  } catch {
    return null;
  }
}
