// Where the demo finds the deployment's bootstrap key: the variable BOOTSTRAP_KEY, the file that
// --bootstrap-key-file names, or the local secrets that `npm start` made (.dev.vars, or TASKWARD_DEV_VARS).
// Refuses anything but 32 bytes in base64url, and never prints what it read.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { decodeBase64Url } from "../protocol/base64url.ts";

const KEY_BYTES = 32;
const DEV_VARS = fileURLToPath(new URL("../../.dev.vars", import.meta.url));

/** There is no usable key; the message says where it was looked for. */
export class SecretsError extends Error {}

/** The bootstrap key; `file` holds it either alone or in a line `BOOTSTRAP_KEY=…`. */
export function bootstrapKey(
  file: string | undefined,
  environment: NodeJS.ProcessEnv = process.env,
): Uint8Array<ArrayBuffer> {
  if (!file && environment.BOOTSTRAP_KEY) return parseKey(environment.BOOTSTRAP_KEY, "BOOTSTRAP_KEY");
  const place = file ?? environment.TASKWARD_DEV_VARS ?? DEV_VARS;
  let text: string;
  try {
    text = readFileSync(place, "utf8");
  } catch {
    throw new SecretsError(
      `The bootstrap key was looked for in ${place}, which cannot be read. "npm start" makes that file; for another server, give its key by --bootstrap-key-file or in BOOTSTRAP_KEY.`,
    );
  }
  return parseKey(/^\s*BOOTSTRAP_KEY\s*=\s*["']?([^\s"'#]*)/m.exec(text)?.[1] ?? text.trim(), place);
}

function parseKey(text: string, place: string): Uint8Array<ArrayBuffer> {
  const key = decodeBase64Url(text);
  if (key?.length === KEY_BYTES) return key;
  throw new SecretsError(`${place} holds no bootstrap key: ${KEY_BYTES} random bytes in base64url.`);
}
