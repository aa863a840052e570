// What variables of the environment hold for the tools: a token, the id of a key. Refuses, without repeating it, what no
// header can bear, such as the line break of a file.

/** A variable, or a flag in its place, cannot be used; the message says which. */
export class EnvironmentError extends Error {}

const BEARABLE = /^[\x21-\x7e]+$/u;

/** The session or API token in TASKWARD_TOKEN; null where there is none. Throws EnvironmentError. */
export function tokenOf(environment: NodeJS.ProcessEnv = process.env): string | null {
  const token = environment.TASKWARD_TOKEN || null;
  if (token === null || BEARABLE.test(token)) return token;
  throw new EnvironmentError(
    "What TASKWARD_TOKEN holds is no token: it has a blank, a line break or the like.",
  );
}

/** The key id that is given, or else in TASKWARD_KEY_ID; null where there is none. Throws EnvironmentError. */
export function keyIdOf(
  given: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): string | null {
  const key_id = given ?? (environment.TASKWARD_KEY_ID || null);
  if (key_id === null || BEARABLE.test(key_id)) return key_id;
  throw new EnvironmentError("The key id is none: it is empty, or has a blank, a line break or the like.");
}
