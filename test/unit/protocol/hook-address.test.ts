// Addresses of inbound webhooks: only what this service made is read, whatever part somebody alters.
import { expect, test } from "vitest";
import { makeHookAddress, readHookAddress } from "../../../src/protocol/hook-address.ts";
import { KeyRing } from "../../../src/protocol/key-ring.ts";

const key = (key_id: string, fill: number) => ({ key_id, key: new Uint8Array(32).fill(fill) });
const ring = new KeyRing([key("k2", 2), key("k1", 1)]);
const address = { workspace: "main", integration_id: `int_${"0".repeat(26)}` };

test("what was made is read, under every key of the ring", async () => {
  const text = await makeHookAddress(ring, address);
  expect(text).toMatch(/^twi_1\.k2\.main\.int_0{26}\.[\w-]{43}$/);
  expect(await readHookAddress(ring, text)).toEqual({ ...address, key_id: "k2" });
  const older = await makeHookAddress(new KeyRing([key("k1", 1)]), address);
  expect(await readHookAddress(ring, older)).toEqual({ ...address, key_id: "k1" });
  expect(await readHookAddress(new KeyRing([key("k2", 2)]), older)).toBeNull();
});

test("each altered character makes it nobody's", async () => {
  const text = await makeHookAddress(ring, address);
  for (let at = 0; at < text.length; at += 1) {
    for (const other of ["A", "0", ".", "é"]) {
      if (text[at] === other) continue;
      expect(await readHookAddress(ring, text.slice(0, at) + other + text.slice(at + 1)), `${at}`).toBeNull();
    }
  }
  for (const other of [`${text}A`, `${text}.`, text.slice(0, -1), "", ".", "x".repeat(5_000)]) {
    expect(await readHookAddress(ring, other)).toBeNull();
  }
});

test("malformed claims are not made", async () => {
  for (const wrong of [{ workspace: "Main" }, { workspace: "a.b" }, { integration_id: "usr_0" }]) {
    await expect(makeHookAddress(ring, { ...address, ...wrong })).rejects.toThrow("malformed");
  }
});
