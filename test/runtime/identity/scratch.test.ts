import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { configure } from "../../../src/config.ts";

vi.mock("../../../src/config.ts", async (original) => {
  const real = await original<typeof import("../../../src/config.ts")>();
  return {
    ...real,
    configure: (env: object) => {
      const c = real.configure(env) as any;
      c.issuer_name = "Mocked";
      c.rate_limits.api = { per_minute: 1000, burst: 1000 };
      return c;
    },
  };
});
test("same env", async () => {
  const e = env as any;
  const stub = e.WORKSPACE.getByName("main");
  let e1: any;
  await (runInDurableObject as any)(stub, (instance: any, state: any) => {
    console.log("mocked", instance.config.issuer_name);
    e1 = instance.env;
  });
  await evictDurableObject(stub);
  await (runInDurableObject as any)(stub, (instance: any, state: any) => {
    console.log("mocked", instance.config.issuer_name, instance.env === e1);
  });
  await (runInDurableObject as any)(e.WORKSPACE.getByName("other"), (instance: any, state: any) => {
    console.log("mocked", instance.config.issuer_name, instance.env === e1);
  });
  const r2 = await (exports as any).default.fetch(
    new Request("https://t.example/v1/auth/nonce", {
      method: "POST",
      headers: { "CF-Connecting-IP": "192.0.2.1" },
    }),
  );
  console.log(r2.status, r2.headers.get("ratelimit"));
});
