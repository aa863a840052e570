// The password hash alone, as the product calls it, for its time and its memory.
// `GET /hash` computes one; `GET /warm` makes the instance and answers without hashing.
import Argon2 from "@phi-ag/argon2";
import wasm from "@phi-ag/argon2/argon2.wasm";
import { parseKeyRing } from "../../../src/protocol/key-ring.ts";
import { hashPassword } from "../../../src/protocol/password-hash.ts";

const PASSWORD = "correct horse battery staple";

// One instance, kept and reused: each further one would keep another 19 MiB.
const argon2 = new Argon2(new WebAssembly.Instance(wasm));

export default {
  async fetch(request: Request, env: { readonly KEY_RING: string }): Promise<Response> {
    if (new URL(request.url).pathname === "/warm") return Response.json({ warm: true });
    const phc = await hashPassword({ argon2, ring: parseKeyRing(env.KEY_RING), password: PASSWORD });
    return Response.json({ phc });
  },
};
