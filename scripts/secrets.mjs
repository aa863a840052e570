// The local secrets in .dev.vars: made once, readable by their owner only, never overwritten.
// TASKWARD_DEV_VARS names another file. Deployed secrets are set with `wrangler secret put` instead.
import { createHmac, randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Refusal, root } from "./install.mjs";

const KEY_BYTES = 32;
const OWNER_ONLY = 0o600;
const ELSEWHERE = "TASKWARD_DEV_VARS names another file.";

const newKey = () => randomBytes(KEY_BYTES).toString("base64url");

/** How each secret is made. Single quotes: dotenv then reads the JSON as it stands. */
const makers = {
  KEY_RING: () => `'${JSON.stringify([{ key_id: "k1", key: newKey() }])}'`,
  BOOTSTRAP_KEY: newKey,
};
const names = /** @type {(keyof typeof makers)[]} */ (Object.keys(makers));

/** Where the local secrets are. */
export function secretsFile() {
  return process.env.TASKWARD_DEV_VARS ? resolve(process.env.TASKWARD_DEV_VARS) : join(root, ".dev.vars");
}

/**
 * Reads the local secrets, after making those that are missing, and says what it made.
 * Refuses a file whose secrets are malformed: replacing them would lose what they seal.
 * @returns {Record<string, string> & {KEY_RING: string, BOOTSTRAP_KEY: string}} every variable of the file
 */
export function ensureSecrets(file = secretsFile()) {
  const secrets = completed(file);
  for (const name of names)
    if (!isWellFormed(name, secrets[name] ?? ""))
      throw new Refusal(
        `${name} in ${file} is malformed: it must hold ${KEY_BYTES} random bytes in base64url, as the README shows. Correct it; or remove the line, and a new one is made (what the old one sealed is then lost).`,
      );
  return /** @type {ReturnType<typeof ensureSecrets>} */ (secrets);
}

/**
 * What the file holds once it is there, yours alone, and lacks nothing.
 * @param {string} file
 */
function completed(file) {
  try {
    if (createFile(file)) console.log(`Made local secrets in ${file}, readable by you alone.`);
    if (!statSync(file).isFile()) throw new Refusal(`${file} is no file. ${ELSEWHERE}`);
    restrict(file);
    const found = parse(readFileSync(file, "utf8"));
    const missing = names.filter((name) => !found[name]);
    if (missing.length > 0) {
      appendFileSync(file, `\n${lines(missing)}`);
      console.log(`Added to ${file} what it lacked: ${missing.join(", ")}.`);
    }
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const { message } = /** @type {Error} */ (error);
    throw new Refusal(`${file} cannot hold the local secrets: ${message}. ${ELSEWHERE}`);
  }
}

/**
 * The one-use token that makes the first ADMIN of workspace `main`.
 * @param {string} bootstrap_key 32 bytes in base64url
 */
export function bootstrapToken(bootstrap_key) {
  const key = Buffer.from(bootstrap_key, "base64url");
  return `twb_${createHmac("sha256", key).update("taskward/bootstrap/main").digest("base64url")}`;
}

/**
 * Creates the file whole or not at all: a link never replaces a file, and its content is complete.
 * @param {string} file
 * @returns {boolean} false when the file was there before
 */
function createFile(file) {
  if (existsSync(file)) return false;
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `# Local secrets of Taskward. Keep them private, and out of git.\n${lines(names)}`, {
    flag: "wx",
    mode: OWNER_ONLY,
  });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft);
  }
}

/** @param {string} file */
function restrict(file) {
  if ((statSync(file).mode & 0o077) === 0) return;
  chmodSync(file, OWNER_ONLY);
  console.log(`${file} was readable by others; it is now yours alone (mode 0600).`);
}

/** @param {(keyof typeof makers)[]} wanted */
function lines(wanted) {
  return wanted.map((name) => `${name}=${makers[name]()}\n`).join("");
}

/**
 * The subset of dotenv that this file needs: NAME=value, optionally in quotes, one a line; the last one counts.
 * @param {string} text
 */
function parse(text) {
  /** @type {Record<string, string>} */
  const variables = {};
  for (const line of text.split("\n")) {
    const [, name, quoted, plain] =
      /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(?:(['"`].*['"`])|([^#]*))/.exec(line) ?? [];
    if (name) variables[name] = quoted ? quoted.slice(1, -1) : (plain ?? "").trim();
  }
  return variables;
}

/**
 * @param {keyof typeof makers} name
 * @param {string} value
 */
function isWellFormed(name, value) {
  if (name === "BOOTSTRAP_KEY") return isKey(value);
  try {
    const ring = JSON.parse(value);
    return ring.length > 0 && ring.every((/** @type {{key: unknown}} */ { key }) => isKey(key));
  } catch {
    return false;
  }
}

/** @param {unknown} value */
function isKey(value) {
  return (
    typeof value === "string" &&
    /^[\w-]+$/.test(value) &&
    Buffer.from(value, "base64url").length === KEY_BYTES
  );
}
