// Builds the console into dist/console where what it is made of has changed since; says so, and is done in a second.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node, Refusal, root, toolEnvironment } from "./install.mjs";

const FOLDER = join(root, "dist", "console");
const DIGEST_FILE = join(root, "dist", "console.sha256");
/** Folders and files that a build reads. */
const SOURCES = ["src/console", "src/api", "src/schema", "src/protocol", "src/domain", "plans"];
const FILES = ["vite.config.ts", "package-lock.json"];

/** Builds the console unless dist/console is what the present sources give. Refuses with Vite's own words. */
export function ensureConsole() {
  const digest = digestOfSources();
  if (readOrNull(DIGEST_FILE) === digest) return;
  console.log("Building the console ...");
  // Built aside and moved: whoever serves the old one meanwhile, or builds too, never sees half of it.
  const draft = `${FOLDER}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const { status, stderr, stdout } = spawnSync(node, [vite, "build"], {
    cwd: root,
    encoding: "utf8",
    env: { ...toolEnvironment(), CONSOLE_FOLDER: draft },
  });
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Refusal(`The console could not be built:\n${stdout}${stderr}`);
  }
  const old = `${draft}.old`;
  movedTo(FOLDER, old);
  // Where somebody else was quicker, theirs is of the same sources.
  if (!movedTo(draft, FOLDER)) rmSync(draft, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
  writeFileSync(DIGEST_FILE, digest);
}

/**
 * False where there is nothing to move, or something in its place already.
 * @param {string} from
 * @param {string} to
 */
function movedTo(from, to) {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

function digestOfSources() {
  const hash = createHash("sha256");
  const inFolders = SOURCES.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:tsx?|css|html|json|svg)$/.test(name))
      .map((name) => `${folder}/${name}`),
  );
  for (const file of [...FILES, ...inFolders.sort()])
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** @param {string} file */
function readOrNull(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
