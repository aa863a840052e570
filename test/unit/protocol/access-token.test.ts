// Access tokens of a service account: asked for once, kept until shortly before they end, new after a refusal.
import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { accessTokens } from "../../../src/protocol/access-token.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const account = {
  client_email: "armour@project.iam.gserviceaccount.com",
  private_key: Uint8Array.from(privateKey.export({ type: "pkcs8", format: "der" })),
  token_uri: "https://oauth2.example/token",
};
const never = new AbortController().signal;

function endpoint(answer?: () => Response) {
  const asked: { url: string; init: RequestInit }[] = [];
  const next = () => Response.json({ access_token: `token-${asked.length}`, expires_in: 3_600 });
  const clock = { now_ms: 1_000_000 };
  const reach = {
    now: () => clock.now_ms,
    send: async (url: string, init: RequestInit) => {
      asked.push({ url, init });
      return (answer ?? next)();
    },
  };
  return { asked, clock, tokens: accessTokens(account, "scope-1", reach) };
}

describe("an access token", () => {
  test("is asked for in the form of RFC 7523, without following anybody elsewhere", async () => {
    const { asked, tokens } = endpoint();
    expect(await tokens.get(never)).toBe("token-1");
    const { url, init } = asked[0]!;
    expect(url).toBe(account.token_uri);
    expect(init).toMatchObject({
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      redirect: "manual",
    });
    expect(init.signal).toBe(never);
    const form = new URLSearchParams(String(init.body));
    expect(form.get("grant_type")).toBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
    expect(form.get("assertion")?.split(".")).toHaveLength(3);
    expect([...form.keys()]).toHaveLength(2);
  });

  test("is kept until five minutes before it ends, to the millisecond", async () => {
    const { asked, clock, tokens } = endpoint();
    await tokens.get(never);
    clock.now_ms += 3_300_000 - 1;
    expect(await tokens.get(never)).toBe("token-1");
    clock.now_ms += 1;
    expect(await tokens.get(never)).toBe("token-2");
    expect(asked).toHaveLength(2);
  });

  test("that was refused is not used again", async () => {
    const { tokens } = endpoint();
    await tokens.get(never);
    tokens.forget();
    expect(await tokens.get(never)).toBe("token-2");
  });

  test("that the endpoint does not give is none, and is asked for again", async () => {
    let status = 503;
    const { asked, tokens } = endpoint(() =>
      Response.json({ access_token: "late", expires_in: 60 }, { status }),
    );
    await expect(tokens.get(never)).rejects.toThrow("503");
    status = 200;
    expect(await tokens.get(never)).toBe("late");
    expect(asked).toHaveLength(2);
  });

  test.each([{}, { access_token: "" }, { access_token: null, expires_in: 60 }, null])(
    "is not made of an answer without one: %j",
    async (answer) => {
      const { tokens } = endpoint(() => Response.json(answer));
      await expect(tokens.get(never)).rejects.toThrow("no access token");
    },
  );
});
