// The product as it was at a revision of this repository beside the product as it is: the same requests, each over
// storage that its own version seeded, in turns.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, bundleProductAt, root } from "./bundle.ts";
import type { Case, Side } from "./case.ts";
import { temporaryFolder } from "./cleanup.ts";
import { createTask, createTaskInOne, readSession, readTask } from "./product-cases.ts";
import { signedRead } from "./signed-cases.ts";
import { throughputCase } from "./throughput.ts";

const SIDES: Readonly<Record<string, Side>> = {
  session: readSession,
  "task-read": readTask,
  "task-create": createTask,
  "task-create-one": createTaskInOne,
  signed: signedRead,
};

/** A case for each of the product's requests; the baseline is the other revision. */
export const againstCases = (revision: string): Case[] =>
  Object.entries(SIDES).map(([name, side]) => {
    const before: Side = { ...side, title: `${side.title}, at ${revision}`, is_before: true };
    return throughputCase({
      name,
      title: `${side.title}, now and at ${revision}`,
      sides: [
        { side: before, baseline: null },
        { side, baseline: before },
      ],
    });
  });

/** Exports the revision into a folder that goes with this process, and bundles it with today's dependencies. */
export function bundleRevision(revision: string, say: (text: string) => void): () => Promise<Bundle> {
  const folder = temporaryFolder();
  const archive = spawnSync("git", ["archive", "--format=tar", revision], { cwd: root, maxBuffer: 2 ** 30 });
  if (archive.status !== 0) throw new Error(`git knows no revision ${revision}: ${archive.stderr}`);
  const unpacked = spawnSync("tar", ["-x", "-C", folder], { input: archive.stdout });
  if (unpacked.status !== 0) throw new Error(`${revision} cannot be unpacked: ${unpacked.stderr}`);
  const lock = (at: string) => readFileSync(join(at, "package-lock.json"), "utf8");
  if (lock(folder) !== lock(root)) say(`${revision} had other dependencies: it is built with today's`);
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "dist", "console"), { recursive: true }); // wrangler.toml names it; nothing asks for it here
  return () => bundleProductAt(folder);
}
