// Where the demo finds the bootstrap key, and that what it refuses is never repeated.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bootstrapKey } from "../../../src/cli/local-secrets.ts";
import { encodeBase64Url } from "../../../src/protocol/base64url.ts";

const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);
const TEXT = encodeBase64Url(KEY);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "taskward-secrets-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, "secrets");
  writeFileSync(path, text);
  return path;
}

test.each([
  ["alone", `${TEXT}\n`],
  ["a line among others", `# local\nKEY_RING='[]'\nBOOTSTRAP_KEY=${TEXT}\n`],
  ["a line in quotes", `BOOTSTRAP_KEY="${TEXT}" # made once`],
])("the key is found in a file: %s", (_, text) => {
  expect(bootstrapKey(file(text), {})).toEqual(KEY);
});

test("a file that is named wins over the variable, and the variable over the default file", () => {
  const other = encodeBase64Url(KEY.toReversed());
  expect(bootstrapKey(file(TEXT), { BOOTSTRAP_KEY: other })).toEqual(KEY);
  expect(bootstrapKey(undefined, { BOOTSTRAP_KEY: other, TASKWARD_DEV_VARS: file(TEXT) })).toEqual(
    KEY.toReversed(),
  );
  expect(bootstrapKey(undefined, { TASKWARD_DEV_VARS: file(TEXT) })).toEqual(KEY);
});

test.each(["", "too-short", `${TEXT}=`, `BOOTSTRAP_KEY=${TEXT}A`, "KEY_RING=x"])(
  "%j holds no key",
  (text) => {
    expect(() => bootstrapKey(file(text), {})).toThrow("holds no bootstrap key");
    if (text) expect(() => bootstrapKey(file(text), {})).not.toThrow(text);
  },
);

test("a file that is not there is named, with what makes it", () => {
  expect(() => bootstrapKey(join(folder, "nowhere"), {})).toThrow(/nowhere.*npm start/);
});
