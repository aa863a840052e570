// Who the client is signed in as, in a file of its owner's alone. Refuses to use one that others can read.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import * as v from "valibot";

const OWNER_ALONE = 0o600;
const OTHERS = 0o077;

const Credentials = v.strictObject({
  origin: v.string(),
  workspace: v.string(),
  username: v.string(),
  session_token: v.string(),
});
export type Credentials = v.InferOutput<typeof Credentials>;

/** The file cannot be used; the message says why and what to do. */
export class CredentialsError extends Error {}

/** The file that TASKWARD_CREDENTIALS names, else one in the user's configuration. */
export function credentialsFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { TASKWARD_CREDENTIALS, XDG_CONFIG_HOME } = environment;
  return (
    TASKWARD_CREDENTIALS ??
    join(XDG_CONFIG_HOME || join(homedir(), ".config"), "taskward", "credentials.json")
  );
}

/** Null where nobody is signed in. */
export function loadCredentials(file: string): Credentials | null {
  if (!existsSync(file)) return null;
  if ((statSync(file).mode & OTHERS) !== 0) {
    throw new CredentialsError(`Others can read ${file}. Run: chmod 600 ${file}`);
  }
  const read = v.safeParse(Credentials, parsed(readFileSync(file, "utf8")));
  if (!read.success) throw new CredentialsError(`${file} cannot be read. Delete it and sign in again.`);
  return read.output;
}

export const saveCredentials = (file: string, credentials: Credentials): void =>
  replaceFile(file, credentials);

/**
 * Its owner's alone, and a new file in the place of the old: whoever could read that one, and has it open, reads nothing of
 * the new; and whatever cuts this off leaves the one or the other whole.
 */
export function replaceFile(file: string, value: object): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const fresh = `${file}.${process.pid}.new`;
  rmSync(fresh, { force: true });
  writeFileSync(fresh, `${JSON.stringify(value, null, 2)}\n`, { mode: OWNER_ALONE, flag: "wx" });
  renameSync(fresh, file);
}

export const forgetCredentials = (file: string): void => rmSync(file, { force: true });

/** Null for what is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
