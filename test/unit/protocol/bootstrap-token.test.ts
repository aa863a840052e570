import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { mintBootstrapToken, verifyBootstrapToken } from "../../../src/protocol/bootstrap-token.ts";
import { KEY_1, KEY_2, replaceAt } from "./fixtures.ts";

const token = await mintBootstrapToken(KEY_1, "main");

describe("bootstrap token", () => {
  test("is the HMAC of the workspace's name under the bootstrap key", async () => {
    expect(token).toBe(
      `twb_${createHmac("sha256", KEY_1).update("taskward/bootstrap/main").digest("base64url")}`,
    );
    expect(await verifyBootstrapToken(KEY_1, "main", token)).toBe(true);
  });

  test("another workspace or another key refuses it", async () => {
    expect(await verifyBootstrapToken(KEY_1, "main2", token)).toBe(false);
    expect(await verifyBootstrapToken(KEY_1, "", token)).toBe(false);
    expect(await verifyBootstrapToken(KEY_2, "main", token)).toBe(false);
  });

  test("any altered character, truncation or extension is refused", async () => {
    for (let index = 0; index < token.length; index++) {
      const altered = replaceAt(token, index, token[index] === "A" ? "B" : "A");
      expect(await verifyBootstrapToken(KEY_1, "main", altered), `at ${index}`).toBe(false);
      expect(await verifyBootstrapToken(KEY_1, "main", token.slice(0, index))).toBe(false);
    }
    for (const altered of [`${token}A`, `${token}=`, `${token}\n`, token.slice(4), "", "twb_"]) {
      expect(await verifyBootstrapToken(KEY_1, "main", altered)).toBe(false);
    }
  });

  test("a bootstrap key that is not 32 bytes is a defect", async () => {
    await expect(mintBootstrapToken(new Uint8Array(16), "main")).rejects.toThrow(RangeError);
  });
});
