// Who the client is signed in as, in a file of its owner's alone. Refuses to use one that others can read.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { replaceFile } from "../replace-file.ts";

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
  const read = v.safeParse(Credentials, statSync(file).isFile() ? parsed(readFileSync(file, "utf8")) : null);
  if (!read.success) throw new CredentialsError(`${file} cannot be read. Delete it and sign in again.`);
  return read.output;
}

export const saveCredentials = (file: string, credentials: Credentials): void =>
  replaceJson(file, credentials);

/** Its owner's alone. Throws CredentialsError where it cannot be written. */
export function replaceJson(file: string, value: object): void {
  try {
    replaceFile(file, `${JSON.stringify(value, null, 2)}\n`, OWNER_ALONE);
  } catch (error) {
    throw new CredentialsError(`${file} cannot be written: ${(error as Error).message}`);
  }
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
