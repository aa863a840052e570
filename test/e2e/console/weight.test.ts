// What the first view costs: bytes over the wire, counted from the built files. Screens come when they are visited.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import { ensureConsole } from "../../../scripts/console.mjs";
import { root } from "../../../scripts/install.mjs";

const GZIP_BYTES_MAX = 150 * 1024;
const FOLDER = join(root, "dist", "console");

beforeAll(ensureConsole);

const read = (path: string): string => readFileSync(join(FOLDER, path), "utf8");

/** A script, what it imports at once, and what those import. */
function withImports(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  for (const [, name] of read(path).matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g))
    withImports(`assets/${name}`, found);
  return found;
}

test("the first view and the list of projects weigh less than 150 KiB gzipped", () => {
  const page = read("index.html");
  const linked = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map(([, path]) => path!);
  const scripts = linked.filter((path) => path.endsWith(".js"));
  const entry = read(scripts[0]!);
  const projects = [...entry.matchAll(/\.\/(projects-[\w-]+\.js)/g)].map(([, name]) => `assets/${name}`);
  expect(projects).not.toEqual([]);
  const files = new Set([...linked, ...[...scripts, ...projects].flatMap((path) => [...withImports(path)])]);
  const bytes = ["index.html", ...files].reduce((sum, path) => sum + gzipSync(read(path)).length, 0);
  expect(bytes).toBeLessThan(GZIP_BYTES_MAX);
});

test("nothing is inline, and nothing comes from elsewhere", () => {
  const page = read("index.html");
  expect(page).not.toMatch(/<style|style=|<script(?![^>]*\bsrc=)|\son\w+=|https?:/);
});

test("the headers of its files allow nothing unsafe", () => {
  const headers = read("_headers");
  expect(headers).toContain("default-src 'none'; script-src 'self'");
  expect(headers).toContain("require-trusted-types-for 'script'; trusted-types 'none'");
  expect(headers).not.toMatch(/unsafe|https?:|\*\s*;|data:|blob:/);
});
