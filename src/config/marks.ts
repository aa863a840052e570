// Marks of a configuration: a MAC for each variable that is set, under a salt. They tell a change, and nothing of the value.
import { encodeBase64Url, utf8 } from "../protocol/base64url.ts";
import { macSync } from "../protocol/mac.ts";

export function marksOf(values: Readonly<Record<string, unknown>>, salt: Uint8Array): Record<string, string> {
  const set = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    set.map(([name, value]) => [name, encodeBase64Url(macSync(salt, utf8(`${name}\n${value}`)))]),
  );
}
