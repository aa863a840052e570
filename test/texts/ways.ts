// For each operation that takes text: a request with a text in each of its places, and how what has become of it is read
// again, in the shape of the request. What nobody is shown again says so.
import type { OperationId } from "../../src/api/operations/index.ts";
import { randomPassword } from "../../src/cli/authenticator.ts";
import { URL_OF_NOBODY } from "../fuzz/world.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers of any operation, read by the names that the test knows
export type Json = any;
export type Call = (
  id: OperationId,
  request?: { params?: Json; query?: Json; body?: Json },
) => Promise<{ status: number; body: Json }>;
export type Place = Readonly<Record<string, string>>;

export interface Way {
  /** What must be there before each request; joins the place. */
  before?(call: Call, place: Place): Promise<Place>;
  /** Sent with one text in the place of another. */
  request(place: Place): { query?: Json; body?: Json };
  /** Its texts, in the shape of the request. */
  read?(call: Call, place: Place, answer: Json): Promise<Json>;
  /** Takes back what there may be a limited number of. */
  after?(call: Call, place: Place, answer: Json): Promise<unknown>;
  /** The same where the text was refused. */
  refused?(call: Call, place: Place): Promise<unknown>;
}

let made = 0;
const one = () => {
  made += 1;
  return `text-${made}`;
};

const TASK = { title: "x", description: "x", labels: ["x"] };
const project: Way["read"] = async (call, _, { project: { id } }) =>
  (await call("readProject", { params: { project_id: id } })).body.project;
const task = async (call: Call, { project_id }: Place, task_id: string): Promise<Json> =>
  (await call("readTask", { params: { project_id, task_id } })).body.task;
const freshTask = async (call: Call, { project_id }: Place): Promise<Place> => {
  const { id } = (await call("createTask", { params: { project_id }, body: { title: "x" } })).body.task;
  return { task_id: id };
};

const webhook: Way["read"] = async (call, _, { webhook: { id } }) =>
  (await call("readWebhook", { params: { webhook_id: id } })).body.webhook;
const integration: Way["read"] = async (call, _, { integration: { id } }) =>
  (await call("readIntegration", { params: { integration_id: id } })).body.integration;

const MAPPING = {
  rules: [
    {
      name: "x",
      when: [
        { body: "/state", equals: "x" },
        { body: "/kind", one_of: ["x"] },
      ],
      at: "/at",
      actions: [
        { action: "create_task", task: "x:{{/id}}", title: "x", description: "x", labels: ["x"] },
        { action: "comment", task: "x:{{/id}}", comment: "x:{{/id}}/{{/n}}", text: "x" },
        { action: "complete", task: "x:{{/id}}", result: "x" },
      ],
    },
  ],
};

export const WAYS: Partial<Record<OperationId, Way>> = {
  // Shown to nobody: a mail goes there.
  register: {
    request: () => ({ body: { username: one(), password: randomPassword(), enable_mfa: false, email: "x" } }),
  },
  changeEmail: { request: () => ({ body: { email: "x" } }) },
  createToken: {
    request: () => ({ body: { name: "x", permissions: ["project:list"] } }),
    read: async (call, _, { api_token: { id } }) =>
      (await call("listTokens")).body.api_tokens.find((token: Json) => token.id === id),
    after: (call, _, { api_token: { id } }) => call("revokeToken", { params: { token_id: id } }),
  },
  createProject: { request: () => ({ body: { name: "x", description: "x" } }), read: project },
  updateProject: { request: () => ({ body: { name: "x", description: "x" } }), read: project },
  importPlan: {
    // The project's own texts are not taken over.
    request: () => ({ body: { project: { name: "x", description: "x" }, tasks: [{ ref: "t1", ...TASK }] } }),
    read: async (call, place, { tasks: [{ id }] }) => ({ tasks: [await task(call, place, id)] }),
  },
  createTask: {
    request: () => ({ body: TASK }),
    read: (call, place, { task: { id } }) => task(call, place, id),
  },
  createTasks: {
    request: () => ({ body: { tasks: [{ ref: "t1", ...TASK }] } }),
    read: async (call, place, { tasks: [{ id }] }) => ({ tasks: [await task(call, place, id)] }),
  },
  updateTasks: {
    before: freshTask,
    request: ({ task_id }) => ({ body: { changes: [{ task_id, version: 1, change: TASK }] } }),
    read: async (call, place) => ({ changes: [{ change: await task(call, place, place.task_id!) }] }),
  },
  updateTask: {
    before: freshTask,
    request: () => ({ body: TASK }),
    read: (call, place) => task(call, place, place.task_id!),
  },
  createComment: {
    before: freshTask,
    request: () => ({ body: { text: "x" } }),
    read: async (call, { project_id, task_id }) =>
      (await call("listComments", { params: { project_id, task_id } })).body.comments[0],
  },
  completeTask: {
    async before(call, place) {
      const { task_id } = await freshTask(call, place);
      const params = { project_id: place.project_id, task_id };
      const { lease } = (await call("claimTask", { params, body: {} })).body;
      return { task_id: task_id!, fencing_token: String(lease.fencing_token) };
    },
    request: ({ fencing_token }) => ({ body: { fencing_token: Number(fencing_token), result: "x" } }),
    read: (call, place) => task(call, place, place.task_id!),
    refused: (call, { project_id, task_id, fencing_token }) =>
      call("releaseTask", {
        params: { project_id, task_id },
        body: { fencing_token: Number(fencing_token) },
      }),
  },
  createWebhook: {
    request: ({ project_id }) => ({ body: { url: URL_OF_NOBODY, description: "x", project_id } }),
    read: webhook,
    after: (call, _, { webhook: { id } }) => call("deleteWebhook", { params: { webhook_id: id } }),
  },
  updateWebhook: {
    request: () => ({ body: { url: URL_OF_NOBODY, description: "x" } }),
    read: webhook,
  },
  createIntegration: {
    request: ({ project_id }) => ({
      body: { project_id, name: "x", kind: "standard_webhooks", mapping: MAPPING },
    }),
    read: integration,
    after: (call, _, { integration: { id } }) =>
      call("deleteIntegration", { params: { integration_id: id } }),
  },
  updateIntegration: { request: () => ({ body: { name: "x", mapping: MAPPING } }), read: integration },
  // Read by the planner, not shown again.
  breakDown: { request: () => ({ body: { description: "x" } }) },
  editPlan: {
    // A project keeps its last plans alone.
    async before(call, { project_id }) {
      const { plan } = (await call("breakDown", { params: { project_id }, body: {} })).body;
      return { plan_id: plan.id };
    },
    request: () => ({
      body: {
        phases: ["x"],
        tasks: [
          {
            ...{ ref: "t1", title: "x", description: "x", phase: "x", depends_on: [], skills: [] },
            estimate: { optimistic: 1, likely: 2, pessimistic: 4 },
          },
        ],
      },
    }),
    read: async (call, { project_id, plan_id }) => {
      const { plan } = (await call("readPlan", { params: { project_id, plan_id } })).body;
      return { ...plan, phases: plan.phases.map(({ name }: Json) => name) };
    },
  },
  // Looked for, not kept.
  listTasks: { request: () => ({ query: { label: "x", search: "x" } }) },
};

/** Places that hold the same text, or the request says nothing. */
export const SAME: Readonly<Record<string, string>> = {
  "editPlan phases/*": "tasks/*/phase",
  "editPlan tasks/*/phase": "phases/*",
};

/** Places whose text is not taken over. */
export const NOT_TAKEN = ["importPlan project/name", "importPlan project/description"];
