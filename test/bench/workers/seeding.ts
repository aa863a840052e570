// The product with one door more, for seeding on this machine alone: people with sessions, made by the objects' own
// methods. It leaves out what a Worker does before them: a hash for each proof (here one for everybody), the limits of
// addresses, and the question whether the workspace lets somebody in.
import type { Env } from "../../../src/config.ts";
import { configure } from "../../../src/config.ts";
import { userIdOf } from "../../../src/domain/principal-id.ts";
import { contextOf } from "../../../src/edge/context.ts";
import { argon2 } from "../../../src/edge/password-hasher.ts";
import { hashPassword } from "../../../src/protocol/password-hash.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import type { Attempt } from "../../../src/schema/messages/principal.ts";
import worker from "../../../src/worker.ts";

export * from "../../../src/worker.ts";

interface NewPerson {
  readonly username: string;
  readonly phc: string;
  readonly sessions: number;
}

export default {
  async fetch(request: Request, env: Env, execution: ExecutionContext): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/seed/hash") return Response.json({ phc: await hashOf(await request.text(), env) });
    if (pathname === "/seed/person") return Response.json(await makePerson(request, env));
    return worker.fetch(request, env, execution);
  },
};

const hashOf = (password: string, env: Env): Promise<string> =>
  hashPassword({ argon2: argon2(), ring: configure(env).key_ring, password });

async function makePerson(request: Request, env: Env) {
  const { username, phc, sessions } = await request.json<NewPerson>();
  const context = contextOf(request);
  const id = userIdOf("main", username);
  const principal = env.PRINCIPAL.getByName(`main/${id}`);
  const account = { id, username, phc, email: null, roles: ["USER"], bootstrap: false, enable_mfa: false };
  const created = await principal.create(account as Parameters<typeof principal.create>[0], context);
  if (!created.ok) throw new Error(created.refusal.reason);
  const attempt: Attempt = { phc, attempt_id: null, rule: null };
  const tokens: string[] = [];
  for (let n = 0; n < sessions; n += 1) {
    const proof = { attempt, password_matches: true, rehashed_phc: null, code: null, use_backup_code: false };
    const fresh = { nonce: randomSecret(), timestamp_ms: Date.now() };
    const signedIn = await principal.signIn({ ...proof, ...fresh }, context);
    if (!signedIn.ok) throw new Error(signedIn.refusal.reason);
    tokens.push(signedIn.value.value.session_token);
  }
  return { id, tokens };
}
