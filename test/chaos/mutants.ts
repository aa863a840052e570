// Whether the checks can fail: invariants broken on purpose, one in each copy of the project, and a short run of chaos
// that must find a violation there.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inCopy } from "../../scripts/evidence/in-copy.ts";

interface Mutant {
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once, and what stands there instead. */
  readonly edits: readonly (readonly [string, string])[];
  /** What a violation must say. */
  readonly found: RegExp;
}

export const mutants: readonly Mutant[] = [
  {
    what: "a lease is proved by any fencing token",
    file: "src/domain/claim.ts",
    edits: [
      [
        "if (holds(task, principal_id, now_ms) && fencing_token === current_token) return null;",
        "return null;",
      ],
    ],
    found: /was completed by|by token|held it/,
  },
  {
    what: "a session whose end was answered goes on",
    file: "durable-objects/principal/sessions.ts",
    edits: [["this.#core.rows.deleteFamily(row.family);\n      return ok(null);", "return ok(null);"]],
    found: /honoured after its end/,
  },
  {
    what: "rows leave the outbox that were never sent",
    file: "durable-objects/outbox.ts",
    edits: [
      ["rows: rows.map(", "rows: rows.slice(0, 1).map("],
      ["else this.#delete(destination, receipt.next_sequence);", "else this.#delete(destination, end);"],
    ],
    found: /is not in the log|events tell of|changes in the log/,
  },
  {
    what: "a nonce counts twice",
    file: "durable-objects/principal/nonce-store.ts",
    edits: [
      ["if (spent ? spent.has(nonce) : this.#isStored(nonce)) return REPLAYED;", ""],
      ['"INSERT INTO nonce (nonce, timestamp_ms', '"INSERT OR IGNORE INTO nonce (nonce, timestamp_ms'],
    ],
    found: /was taken twice/,
  },
  {
    what: "webhooks skip a change",
    file: "durable-objects/project/broadcast.ts",
    edits: [["this.#feed.after(from - 1, BATCH_MAX)", "this.#feed.after(from, BATCH_MAX)"]],
    found: /nobody was told/,
  },
  {
    what: "counts do not follow the rows",
    file: "durable-objects/project/schema.sql",
    edits: [
      ["open = open + (NEW.status = 'open') - (OLD.status = 'open')", "open = open + (NEW.status = 'open')"],
    ],
    found: /are counted as open/,
  },
];

/** The first violation that names what was broken; null where none does. */
export function tryMutant(root: string, { file, edits, found }: Mutant, seed: number): string | null {
  const change = (folder: string) => {
    const path = join(folder, file);
    let text = readFileSync(path, "utf8");
    for (const [from, to] of edits) {
      if (text.split(from).length !== 2) throw new Error(`${file} does not hold once: ${from}`);
      text = text.replace(from, () => to);
    }
    writeFileSync(path, text);
  };
  return inCopy(root, change, (folder) => {
    const program = join(folder, "test", "chaos", "run.ts");
    const { stdout } = spawnSync(process.execPath, [program, "--short", "--seed", String(seed)], {
      encoding: "utf8",
    });
    return stdout.split("\n").find((line) => line.startsWith("✗") && found.test(line)) ?? null;
  });
}
