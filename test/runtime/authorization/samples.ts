// For every operation a request that truly succeeds for whoever may make it, on things that no other case needs.
// An operation without one does not compile, and fails the tests.
import type { OperationId } from "../../../src/api/operations/index.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import { clock } from "../harness/clock.ts";
import type { Person } from "../harness/people.ts";
import { peopleSamples } from "./people-samples.ts";
import { projectSamples } from "./project-samples.ts";
import type { Shot } from "./shot.ts";
import type { World } from "./world.ts";

export interface Sample {
  /** What to send, and whatever must be there before. Runs for those who will be refused, too. */
  readonly prepare: (world: World, as: Person) => Promise<Shot> | Shot;
  /** Puts the caller back to where they were, after a success. */
  readonly restore?: (world: World, as: Person, body: unknown) => Promise<unknown> | unknown;
}

export type Samples<Ids extends OperationId = OperationId> = Readonly<Record<Ids, Sample>>;

const nothing: Sample = { prepare: () => ({}) };
const NEW_PASSWORD = "another staple for another battery";
let registered = 0;

const authSamples = {
  register: {
    prepare: () => {
      registered += 1;
      return { body: { username: `newcomer${registered}`, password: NEW_PASSWORD, enable_mfa: true } };
    },
  },
  nonce: nothing,
  login: { prepare: ({ visitor }) => ({ body: visitor.credentials() }) },
  logout: { prepare: () => ({}), restore: (_, as) => as.signIn() },
  beginMfa: nothing,
  confirmMfa: {
    async prepare(_, as) {
      await as.recent();
      const { mfa } = (await as.client.beginMfa()).body;
      as.useFactor(mfa);
      return { body: { mfa_code: as.code() } };
    },
  },
  removeMfa: {
    prepare: () => ({ body: { new_password: NEW_PASSWORD } }),
    async restore(_, as) {
      as.password = NEW_PASSWORD;
      as.useFactor((await as.client.beginMfa()).body.mfa);
      await as.client.confirmMfa({ body: { mfa_code: as.code() } });
    },
  },
  newBackupCodes: nothing,
  changePassword: {
    prepare: (_, as) => ({ body: { ...as.proof(), new_password: `${NEW_PASSWORD} again` } }),
    restore: (_, as) => {
      as.password = `${NEW_PASSWORD} again`;
    },
  },
} satisfies Partial<Samples>;

const sessionSamples = {
  currentSession: nothing,
  listSessions: nothing,
  endSession: {
    prepare: async (_, as) => ({ params: { session_id: (await as.otherSession()).session_id } }),
  },
  endOtherSessions: {
    async prepare(_, as) {
      await as.otherSession();
      return {};
    },
  },
  renewSession: {
    prepare: () => ({}),
    restore: (_, as, body) => as.useSession(body as { session_token: string; session: { id: string } }),
  },
  stepUp: { prepare: (_, as) => ({ body: as.proof() }) },
} satisfies Partial<Samples>;

export const samples: Samples = {
  ...authSamples,
  ...sessionSamples,
  ...peopleSamples,
  ...projectSamples,
  listEvents: { prepare: () => ({ query: { limit: "5", decision: "allow" } }) },
};

/** A proof of nobody, for requests that must be refused before anybody looks at it. */
export const noProof = () => ({
  password: NEW_PASSWORD,
  nonce: randomSecret(),
  timestamp: clock.now_ms() / 1000,
});
