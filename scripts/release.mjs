// `wrangler deploy`, after checks that it does not make itself: refuses variables that are unsafe in public,
// and a bundle that is too large. With --dry-run nothing is uploaded, and the cost of a cold start is measured.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { unstable_readConfig as readConfig } from "wrangler";
import { ensureConsole } from "./console.mjs";
import { Refusal, root, run } from "./install.mjs";
import { startUpCost } from "./start-up-cost.mjs";
import { variables } from "./variables.mjs";

const FOLDER = "dist/worker";
const GZIP_BYTES_MAX = 1024 * 1024;

const help = `Deploys Taskward to Cloudflare. Other options go to "wrangler deploy" as they are.

  npm run deploy
  npm run deploy -- --dry-run             bundle into ${FOLDER}/, report its size and start-up cost, upload nothing
  npm run deploy -- --open-registration   allow REGISTRATION = "open": anyone may register

Before the first one, "npx wrangler login", "npx wrangler r2 bucket create taskward-audit", and
"npx wrangler secret put" for KEY_RING and BOOTSTRAP_KEY; wrangler.toml says what they hold.`;

await run(async () => {
  const args = process.argv.slice(2);
  if (args.includes("--help") || args.includes("-h")) return console.log(help);
  const handed_on = args.filter((arg) => arg !== "--dry-run" && arg !== "--open-registration");

  const config = readConfig({ config: join(root, "wrangler.toml"), env: environmentName(handed_on) });
  requireSafe({ ...config.vars, ...variablesIn(handed_on) }, args.includes("--open-registration"));

  ensureConsole();
  rmSync(join(root, FOLDER), { recursive: true, force: true });
  wrangler("deploy", "--dry-run", "--outdir", FOLDER, ...handed_on);
  const modules = readdirSync(join(root, FOLDER)).filter((name) => !/\.map$|^README\.md$/.test(name));
  const raw = modules.map((name) => readFileSync(join(root, FOLDER, name)));
  const gzip_bytes = bytes(raw.map((content) => gzipSync(content)));
  console.log(`
Bundle in ${FOLDER}/: ${modules.length === 1 ? "1 module" : `${modules.length} modules`}, ${kib(bytes(raw))} raw, ${kib(gzip_bytes)} gzipped (limit ${kib(GZIP_BYTES_MAX)}).`);
  if (gzip_bytes > GZIP_BYTES_MAX)
    throw new Refusal(
      "The bundle is too large. What takes the room: npx wrangler deploy --dry-run --outdir dist/worker --metafile",
    );
  if (!args.includes("--dry-run")) return wrangler("deploy", ...handed_on);

  const { rounds, empty_ms, ours_ms } = await startUpCost(join(root, FOLDER), modules, config);
  console.log(`Cold start: ${(ours_ms - empty_ms).toFixed(1)} ms to load and evaluate it on this machine.
  A fresh workerd listens after ${ours_ms.toFixed(1)} ms with this bundle, after ${empty_ms.toFixed(1)} ms with an empty Worker (wall time, medians of ${rounds}).`);
});

/**
 * @param {Record<string, unknown>} vars as they would be deployed
 * @param {boolean} open_registration
 */
function requireSafe(vars, open_registration) {
  if (String(vars.ALLOW_LOOPBACK_TARGETS ?? "false") !== "false")
    throw new Refusal(
      "ALLOW_LOOPBACK_TARGETS would let webhooks call inside addresses. Remove it from wrangler.toml; it is for npm start alone.",
    );
  if (String(vars.LOCAL_MAILBOX ?? "false") !== "false")
    throw new Refusal(
      "LOCAL_MAILBOX would keep mails, and the links in them, where nobody gets them. Remove it from wrangler.toml; it is for npm start alone.",
    );
  if (vars.REGISTRATION !== "invitation" && !(vars.REGISTRATION === "open" && open_registration))
    throw new Refusal(
      `REGISTRATION is ${JSON.stringify(vars.REGISTRATION)}. Set it to "invitation" in wrangler.toml; or, where anyone may register, to "open", and deploy with --open-registration.`,
    );
  const secrets = ["KEY_RING", "BOOTSTRAP_KEY", ...variables.filter((v) => v.secret).map((v) => v.name)];
  const exposed = secrets.filter((name) => vars[name] !== undefined);
  if (exposed.length > 0)
    throw new Refusal(
      `${exposed.join(", ")}: a secret must not stand among the variables, where others can read it. Remove it there, then: npx wrangler secret put ${exposed[0]}`,
    );
}

/**
 * The variables that arguments such as `--var NAME:value` set.
 * @param {string[]} args
 */
function variablesIn(args) {
  const pairs = args.map((arg) => /^(?:--var=)?([A-Z_]+):(.*)$/.exec(arg)).filter((match) => match !== null);
  return Object.fromEntries(pairs.map(([, name, value]) => [name, value]));
}

/** @param {string[]} args */
function environmentName(args) {
  const at = args.findIndex((arg) => /^(--env|-e)(=|$)/.test(arg));
  return at < 0 ? undefined : (args[at]?.split("=")[1] ?? args[at + 1]);
}

/** @param {string[]} args */
function wrangler(...args) {
  const bin = join(root, "node_modules", "wrangler", "bin", "wrangler.js");
  const { status } = spawnSync(process.execPath, [bin, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) throw new Refusal(`"wrangler ${args.join(" ")}" failed; its own message is above.`);
}

/** @param {Buffer[]} contents */
function bytes(contents) {
  return contents.reduce((sum, content) => sum + content.length, 0);
}

/** @param {number} size in bytes */
function kib(size) {
  return `${(size / 1024).toFixed(1)} KiB`;
}
