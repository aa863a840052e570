// What witnesses have cosigned: the newest such checkpoint of this log with their lines. A cosignature counts where
// this log's own key has signed the same text, whoever brings it.
import { parseCheckpoint } from "../../src/protocol/checkpoint.ts";
import { cosignedBy, parseWitnessKey, readCosignatures } from "../../src/protocol/cosignature.ts";
import { openNote, parseVerifierKey, readNote, type VerifierKey } from "../../src/protocol/signed-note.ts";
import type { Cosigned } from "../../src/schema/messages/audit-log.ts";
import type { RequestContext } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { WitnessStore } from "./witness-store.ts";

const NOT_COSIGNED = refuse("invalid_input", {
  errors: [{ pointer: "/note", detail: "expected a checkpoint of this log with the signature of a witness" }],
});

export class Witnesses {
  readonly #object: ObjectSurface;
  readonly #store: WitnessStore;

  constructor(object: ObjectSurface) {
    this.#object = object;
    this.#store = new WitnessStore(object.sql);
  }

  /** The newest cosigned note, or null. */
  cosigned(): string | null {
    const row = this.#store.find();
    return row && row.note + row.lines.join("");
  }

  /** A note with the lines of those who have cosigned just that. */
  withLines(note: string): string {
    const row = this.#store.find();
    return row && textOf(row.note) === textOf(note) ? note + row.lines.join("") : note;
  }

  /**
   * `keys`: those that sign, or signed, for this log; `witnesses`: whose word counts. What is known, or older than what
   * is, changes nothing: anybody may send it.
   */
  async cosign(
    note: string,
    keys: readonly string[],
    witnesses: readonly string[],
    context: RequestContext,
  ): Promise<Result<Cosigned>> {
    const own = keys.map((text) => parseVerifierKey(text)!);
    const known = witnesses.map(parseWitnessKey).filter((key) => key !== null);
    const [opened, cosignatures] = await Promise.all([openNote(note, own), readCosignatures(note, known)]);
    const checkpoint = opened && parseCheckpoint(opened.text);
    if (!checkpoint || !cosignatures || cosignatures.length === 0) return NOT_COSIGNED;
    const { size } = checkpoint;
    return this.#object.transact((now_ms) => {
      const before = this.#store.find();
      if (before && size < before.size) {
        return refuse("conflict", { detail: `a checkpoint of ${before.size} entries was cosigned already` });
      }
      const signed = signedPart(note, own);
      const lines_before = before && textOf(before.note) === textOf(signed) ? before.lines : [];
      const lines = newest([...lines_before, ...cosignatures.map(({ line }) => `${line}\n`)]);
      const news = lines.filter((line) => !lines_before.includes(line));
      if (news.length === 0) return ok({});
      this.#store.save({ size, note: signed, lines });
      const targets = [...new Set(news.map((line) => cosignedBy(line).witness))];
      const type = "audit.cosigned";
      const by = { ...context };
      const event_id = this.#object.audit({ type, at_ms: now_ms, by, targets, details: { size } });
      return ok({ event_id });
    });
  }
}

/** Of each key its latest line: a witness that changes its key has two for a while. */
function newest(lines: readonly string[]): string[] {
  const latest = new Map<string, string>();
  for (const line of lines) {
    const { key, at_seconds } = cosignedBy(line);
    const known = latest.get(key);
    if (known === undefined || at_seconds > cosignedBy(known).at_seconds) latest.set(key, line);
  }
  return [...latest.values()];
}

const textOf = (note: string): string => note.slice(0, note.lastIndexOf("\n\n") + 1);

/** The note with the log's own signatures alone: what else a stranger has put there is not passed on. */
function signedPart(note: string, keys: readonly VerifierKey[]): string {
  const { text, signatures } = readNote(note)!;
  const own = signatures.filter((each) => keys.some(({ name, id }) => name === each.name && id === each.id));
  return `${text}\n${own.map(({ line }) => `${line}\n`).join("")}`;
}
