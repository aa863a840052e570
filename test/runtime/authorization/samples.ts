// For every operation a request that truly succeeds for whoever may make it, on things that no other case needs.
// An operation without one does not compile, and fails the tests.
import type { OperationId } from "../../../src/api/operations/index.ts";
import { TILE_WIDTH, tileIn, tilePath } from "../../../src/protocol/tile.ts";
import type { Permission } from "../../../src/schema/role.ts";
import { clock } from "../harness/clock.ts";
import { objectOf, ringAlarm } from "../harness/objects.ts";
import { Factor, type Person } from "../harness/people.ts";
import { env } from "../harness/worker.ts";
import { newWitness } from "../objects/witness.ts";
import { integrationSamples } from "./integration-samples.ts";
import { mailSamples } from "./mail-samples.ts";
import { peopleSamples } from "./people-samples.ts";
import { projectSamples } from "./project-samples.ts";
import type { Shot } from "./shot.ts";
import { webhookSamples } from "./webhook-samples.ts";
import { workerSamples } from "./worker-samples.ts";
import type { World } from "./world.ts";

/** What to send, and whatever must be there before. Asked for those alone whom admission lets pass. */
export type Sample = (world: World, as: Person) => Promise<Shot> | Shot;
export type Samples<Ids extends OperationId = OperationId> = Readonly<Record<Ids, Sample>>;

const nothing: Sample = () => ({});
const NEW_PASSWORD = "another staple for another battery";
let registered = 0;

const authSamples = {
  register: () => {
    registered += 1;
    return { body: { username: `newcomer${registered}`, password: NEW_PASSWORD, enable_mfa: true } };
  },
  nonce: nothing,
  login: ({ visitor }) => ({ body: visitor.credentials() }),
  logout: (_, as) => ({ restore: () => as.signIn() }),
  beginMfa: nothing,
  async confirmMfa(_, as) {
    const factor = new Factor((await (await as.recent()).client.beginMfa()).body.mfa);
    return {
      body: { mfa_code: factor.code() },
      restore: () => {
        as.factor = factor;
      },
    };
  },
  removeMfa: (_, as) => ({
    body: { new_password: NEW_PASSWORD },
    async restore() {
      as.password = NEW_PASSWORD;
      as.factor = new Factor((await as.client.beginMfa()).body.mfa);
      await as.client.confirmMfa({ body: { mfa_code: as.factor.code() } });
    },
  }),
  newBackupCodes: nothing,
  changePassword: (_, as) => {
    const new_password = `${NEW_PASSWORD} again`;
    return {
      body: { ...as.proof(), new_password },
      restore: () => {
        as.password = new_password;
      },
    };
  },
} satisfies Partial<Samples>;

const sessionSamples = {
  currentSession: nothing,
  whoAmI: nothing,
  openAgentSession: nothing,
  listSessions: nothing,
  endSession: async (_, as) => ({ params: { session_id: (await as.otherSession()).session_id } }),
  async endOtherSessions(_, as) {
    await as.otherSession();
    return {};
  },
  renewSession: (_, as) => ({
    restore: (body) => as.useSession(body as Parameters<Person["useSession"]>[0]),
  }),
  beginHandoff: nothing,
  async acceptHandoff({ people }, as) {
    // An anonymous caller takes over the session of somebody who holds none by now.
    if (as === people.anonymous) await as.signIn();
    const { ticket } = (await as.client.beginHandoff()).body;
    const { password: _password, mfa_code, ...fresh } = as.proof();
    return { body: { ticket, mfa_code, ...fresh }, restore: () => as.signIn() };
  },
  stepUp: (_, as) => ({ body: as.proof() }),
} satisfies Partial<Samples>;

const tokenSamples = {
  createToken: (world, as) => ({ body: { name: "One case", permissions: [permissionOf(world, as)] } }),
  listTokens: nothing,
  async revokeToken(world, as) {
    const body = { name: "To be revoked", permissions: [permissionOf(world, as)] };
    const { api_token } = (await (await as.recent()).client.createToken({ body })).body;
    return { params: { token_id: api_token.id } };
  },
} satisfies Partial<Samples>;

const permissionOf = ({ people }: World, as: Person): Permission =>
  as === people["AUDITOR viewer"] ? "system:audit" : "project:list";

const head = () => env.AUDIT_LOG.getByName("main").head();

/** Publishes what the workspace itself has to tell: enough for a log, and quicker than to ship what everybody has. */
async function publish(): Promise<void> {
  for (const kind of ["WORKSPACE", "AUDIT_LOG"] as const) await ringAlarm(objectOf(kind, "main"));
}

/** What to send once the log of `main` is published, with the path of its last tile. */
const published = (shot: (path: string) => Shot) => async (): Promise<Shot> => {
  if (!(await head())) await publish();
  const { size } = (await head())!;
  const tile = tileIn(size, 0, Math.floor((size - 1) / TILE_WIDTH))!;
  return shot(tilePath(tile).replace("tile/0/", ""));
};

const WITNESS = await newWitness("witness.example/w1");

let is_public = false;

/** Each time with one entry more. */
async function publishToAll({ admin }: World): Promise<void> {
  const { client } = await admin.recent();
  await client.changeSettings({ body: { publish_audit: true, witnesses: [WITNESS.text] }, if_match: "*" });
  await publish();
  is_public = true;
}

/** The same where anyone may read it, and a witness may cosign it. */
const publishedToAll = (shot: (path: string) => Shot) => async (world: World) => {
  if (!is_public) await publishToAll(world);
  const { params, ...rest } = await published(shot)();
  return { ...rest, params: { workspace: "main", ...params } };
};

const auditSamples = {
  listEvents: () => ({ query: { limit: "5", decision: "allow" } }),
  listSinks: nothing,
  exportEvents: () => ({ query: { event_type: "workspace.created" } }),
  readCheckpoint: published(() => ({})),
  listVerifierKeys: published(() => ({})),
  readEntryBundle: published((path) => ({ params: { path } })),
  readTile: published((path) => ({ params: { level: "0", path } })),
  proveEntry: published(() => ({ params: { entry: "0" } })),
  proveConsistency: published(() => ({ query: { from: "1" } })),
  readSettings: nothing,
  async changeSettings({ admin }) {
    const { etag } = await (await admin.awake()).client.readSettings();
    return { body: { publish_audit: true }, if_match: etag! };
  },
  readPublicCheckpoint: publishedToAll(() => ({})),
  listPublicVerifierKeys: publishedToAll(() => ({})),
  readPublicTile: publishedToAll((path) => ({ params: { level: "0", path } })),
  async cosignCheckpoint(world) {
    await publishToAll(world);
    const shot = await publishedToAll(() => ({}))(world);
    const { checkpoint } = (await head())!;
    const note = await WITNESS.cosign(checkpoint, clock.now_ms() / 1000);
    return { ...shot, body: { note }, whose: null };
  },
} satisfies Partial<Samples>;

export const samples: Samples = {
  ...authSamples,
  ...sessionSamples,
  ...tokenSamples,
  ...mailSamples,
  ...peopleSamples,
  ...workerSamples,
  ...projectSamples,
  ...webhookSamples,
  ...integrationSamples,
  ...auditSamples,
};
