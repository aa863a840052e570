// What fuzzing lives on: a real server, and on it one workspace after another with an ADMIN, an owner, a worker that
// signs, and one of each thing that has an id. Where requests have ended a session or taken something away, the next
// workspace takes over, so that most requests get past authentication.
import { createSigner, type Unsigned } from "../../src/api/sign-request.ts";
import { agentKey } from "../../src/cli/agent-key.ts";
import { credentials } from "../../src/cli/authenticator.ts";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "../e2e/people.ts";
import { type Server, startServer } from "../e2e/server.ts";

export const CALLERS = ["operator", "admin", "owner", "worker", "nobody"] as const;
export type CallerName = (typeof CALLERS)[number];

export interface Caller {
  /** Where its next request comes from. */
  address(): string;
  /** Whom it signs in as; null where it never does. */
  readonly person: SignedIn["person"] | null;
  /** Adds its credential, in place. */
  authorize(request: Unsigned): Promise<void> | void;
}

export interface World {
  readonly workspace: string;
  readonly made_at_ms: number;
  readonly callers: Readonly<Record<CallerName, Caller>>;
  /** By the names of path parameters: what is there from the beginning. */
  readonly params: Readonly<Record<string, string>>;
  readonly hook_secret: string;
}

/** Nothing listens there: what is delivered to it stays on this machine. */
export const URL_OF_NOBODY = "http://127.0.0.1:9/taskward";
/** Authentication of the last ten minutes is recent: nobody is used for longer. */
const USED_MS = 480_000;
/** Less than an address may send in a minute. */
const REQUESTS_PER_ADDRESS = 100;
const LIMITS = {
  RATE_LIMITS: WIDE_RATE_LIMITS,
  LOCKOUT_FAILURES: "1000000",
  ACCOUNT_FAILURES_PER_HOUR: "1000000",
  SIGN_IN_FAILURE_QUANTUM_MS: "0",
  AI_COOL_DOWN_SECONDS: "0",
  AI_CALLS_PER_USER_PER_DAY: "1000000",
  AI_CALLS_GLOBAL_PER_MINUTE: "10000",
};

export class Stage {
  readonly server: Server;
  readonly #operator: SignedIn;
  readonly #is_roaming: boolean;
  #roamed = 0;
  #authenticated_ms = Date.now();
  #worlds = 0;

  private constructor(server: Server, operator: SignedIn, is_roaming: boolean) {
    this.server = server;
    this.#operator = operator;
    this.#is_roaming = is_roaming;
  }

  /** `roaming`: sessions are not bound to addresses, and requests come from one after another, however many there are. */
  static async start({ roaming = false } = {}): Promise<Stage> {
    const bindings = { SESSION_BINDINGS: JSON.stringify({ address: "off", user_agent: "off" }) };
    const server = await startServer({ env: { ...LIMITS, ...(roaming && bindings) } });
    try {
      const [operator] = await signInAdmin(server, ["198.51.100.1"]);
      return new Stage(server, operator!, roaming);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** How many there have been. */
  get worlds(): number {
    return this.#worlds;
  }

  /** Whether what was authenticated with it is still recent. */
  isFresh({ made_at_ms }: World): boolean {
    return Date.now() - made_at_ms < USED_MS;
  }

  async world(): Promise<World> {
    this.#worlds += 1;
    const workspace = `world-${this.#worlds}`;
    await this.#stepUp();
    const opened = await this.#operator.client.openWorkspace({ body: { name: workspace } });
    // An address has 600 requests a minute: each world comes from its own.
    const address = (last: number) => `10.${this.#worlds >> 8}.${this.#worlds & 255}.${last}`;
    const { bootstrap_token } = opened.body;
    const [admin] = await signInAdmin(this.server, [address(1)], { workspace, bootstrap_token });
    const owner = await signInUser(this.server, "owner", address(2), workspace);
    const guest = await signInUser(this.server, "guest", address(3), workspace);
    const things = await makeThings(owner, guest, admin!);
    const { worker, hook_secret, ...params } = things;
    return {
      workspace,
      made_at_ms: Date.now(),
      callers: {
        operator: this.#withSession(this.#operator),
        admin: this.#withSession(admin!),
        owner: this.#withSession(owner),
        worker: { ...worker, address: () => this.#from(address(4)), person: null },
        nobody: { address: () => this.#from(address(5)), person: guest.person, authorize: () => {} },
      },
      params: { ...params, workspace },
      hook_secret,
    };
  }

  #withSession({ address, person, session_token }: SignedIn): Caller {
    return {
      address: () => this.#from(address),
      person,
      authorize: ({ headers }) => headers.set("Authorization", `Bearer ${session_token}`),
    };
  }

  #from(home: string): string {
    if (!this.#is_roaming) return home;
    this.#roamed += 1;
    const place = Math.floor(this.#roamed / REQUESTS_PER_ADDRESS);
    return `172.16.${(place >> 8) & 255}.${place & 255}`;
  }

  async #stepUp(): Promise<void> {
    if (Date.now() - this.#authenticated_ms < USED_MS) return;
    this.#authenticated_ms = Date.now();
    const { client, person } = this.#operator;
    const { workspace: _, username: __, ...proof } = await credentials(client, person);
    await client.stepUp({ body: proof });
  }
}

/** One of each thing that has an id. */
async function makeThings(owner: SignedIn, guest: SignedIn, admin: SignedIn) {
  const { client } = owner;
  const project_id = (await client.createProject({ body: { name: "Fuzzed" } })).body.project.id;
  const params = { project_id };
  await client.setMember({ params: { ...params, user_id: guest.user_id }, body: { role: "editor" } });
  const task_id = (await client.createTask({ params, body: { title: "Fuzzed" } })).body.task.id;
  const said = await client.createComment({ params: { ...params, task_id }, body: { text: "Fuzzed" } });
  const plan = (await client.breakDown({ params, body: {} })).body.plan;
  const webhook = (await client.createWebhook({ body: { url: URL_OF_NOBODY, project_id } })).body.webhook;
  const tested = await client.testWebhook({ params: { webhook_id: webhook.id } });
  const token = await client.createToken({ body: { name: "Fuzzed", permissions: ["project:list"] } });
  const hooked = await client.createIntegration({
    body: { project_id, name: "Fuzzed", kind: "standard_webhooks", mapping: MAPPING },
  });
  const { integration, secret } = hooked.body;
  const worker = await makeWorker(admin);
  await client.setMember({ params: { ...params, user_id: worker.worker_id }, body: { role: "editor" } });
  return {
    project_id,
    task_id,
    user_id: guest.user_id,
    principal_id: guest.user_id,
    session_id: (await client.listSessions()).body.sessions[0]!.id,
    comment_id: said.body.comment.id,
    plan_id: plan.id,
    webhook_id: webhook.id,
    delivery_id: tested.body.delivery.id,
    token_id: token.body.api_token.id,
    integration_id: integration.id,
    integration: new URL(integration.address).pathname.split("/").at(-1)!,
    hook_secret: secret!,
    ...{ permission: "task:assign", level: "0", path: "000", entry: "0" },
    // Of these there are none yet.
    ...{ block_id: `blk_${"0".repeat(26)}`, failure_id: `ind_${"0".repeat(26)}` },
    ...worker,
  };
}

async function makeWorker({ client }: SignedIn) {
  const { public_jwk, ...key } = await agentKey(undefined);
  const registered = (await client.registerWorker({ body: { name: "fuzzed", public_jwk } })).body;
  const worker_id = registered.worker.id;
  const [first] = (await client.listKeys({ params: { worker_id } })).body.keys;
  const authorize = createSigner({ ...key, key_id: registered.key_id });
  return { worker_id, key_id: first!.id, worker: { authorize } };
}

const MAPPING = {
  rules: [
    {
      name: "A thing becomes a task",
      when: [{ body: "/state", equals: "begun" }],
      at: "/at",
      actions: [{ action: "create_task" as const, task: "thing:{{/id}}", title: "{{/title}}" }],
    },
  ],
};
