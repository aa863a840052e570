// Requests on projects and tasks that succeed. What is changed or deleted is made for the one case.

import type { ProjectRole } from "../../../src/schema/role.ts";
import type { Person } from "../harness/people.ts";
import { SUBJECTS } from "./oracle.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const inProject = ({ project_id }: World) => ({ params: { project_id } });

export const projectSamples = {
  createProject: () => ({ body: { name: "Launch", description: "In May" } }),
  listProjects: () => ({ query: { limit: "5", scope: "mine" } }),
  readProject: inProject,
  updateProject: async (world, as) => ({ ...(await projectFor(world, as)), body: { name: "In June" } }),
  deleteProject: projectFor,
  archiveProject: projectFor,
  async restoreProject(world, as) {
    const { params } = await projectFor(world, as);
    await world.owner.client.archiveProject({ params });
    return { params };
  },
  async transferProject(world, as) {
    const { params } = await projectFor(world, as);
    return { params, body: { user_id: world.visitor.id } };
  },
  exportPlan: (world) => ({ ...inProject(world), query: { format: "json" } }),
  importPlan: (world) => ({ ...inProject(world), body: { tasks: PLAN } }),
  assessComplexity: (world) => ({ ...inProject(world), body: { seed: 7 } }),
  assessRisks: (world) => ({ ...inProject(world), body: { assumed_hours: 4 } }),
  listAiRecords: ({ owner }) => ({ params: { principal_id: owner.id } }),
  breakDown: (world) => ({ ...inProject(world), body: { description: "Build a booking page." } }),
  listPlans: inProject,
  readPlan: async (world) => ({ params: (await newPlan(world)).params, query: { compare_with: "1" } }),
  editPlan: async (world) => ({ ...(await newPlan(world)), body: EDITED }),
  applyPlan: async (world) => ({ params: (await newPlan(world)).params, body: { version: 1 } }),
  recommendAssignees: ({ project_id, task_id }) => ({
    params: { project_id, task_id },
    body: { alternatives_max: 2 },
  }),
  aiUsage: () => ({}),
  readSchedule: (world) => ({ ...inProject(world), query: { assumed_hours: "4" } }),
  listMembers: inProject,
  setMember: ({ project_id, target }) => ({
    params: { project_id, user_id: target.id },
    body: { role: "viewer" },
  }),
  async removeMember({ project_id, owner, target }) {
    const params = { project_id, user_id: target.id };
    await owner.client.setMember({ params, body: { role: "viewer" } });
    return { params };
  },
  createTask: (world) => ({
    ...inProject(world),
    body: { title: "Write", skills: ["writing"], priority: "high" },
  }),
  createTasks: (world) => ({ ...inProject(world), body: { tasks: PLAN } }),
  listTasks: (world) => ({
    ...inProject(world),
    query: { status: "open,blocked", sort: "-priority", search: "write", limit: "3" },
  }),
  listCandidates: ({ project_id, task_id }) => ({ params: { project_id, task_id } }),
  readTask: ({ project_id, task_id }) => ({ params: { project_id, task_id } }),
  updateTask: async (world, as) => ({
    ...(await taskToChange(world, as)),
    body: { status: "in_progress", title: "Begun" },
  }),
  async updateTasks(world, as) {
    const { params, if_match } = await taskToChange(world, as);
    const { project_id, task_id } = params;
    const version = Number(/\d+/.exec(if_match)![0]);
    return { params: { project_id }, body: { changes: [{ task_id, version, change: { title: "Begun" } }] } };
  },
  deleteTask: newTask,
  listComments: ({ project_id, task_id }) => ({ params: { project_id, task_id }, query: { limit: "3" } }),
  createComment: ({ project_id, task_id }) => ({ params: { project_id, task_id }, body: { text: "On it" } }),
  async deleteComment({ project_id, task_id }, as) {
    const params = { project_id, task_id };
    const said = await as.send(`/v1/projects/${project_id}/tasks/${task_id}/comments`, {
      json: { text: "On it" },
    });
    const { comment } = await said.json<{ comment?: { id: string } }>();
    return { params: { ...params, comment_id: comment?.id ?? `cmt_${"0".repeat(26)}` } };
  },
  listChanges: (world) => ({ ...inProject(world), query: { after: "0", limit: "3" } }),
  listActivity: ({ project_id, task_id }) => ({ params: { project_id, task_id }, query: { limit: "3" } }),
  assignTask: ({ project_id, task_id, owner }) => ({
    params: { project_id, task_id },
    body: { user_id: owner.id },
  }),
  claimTask: async (world) => ({ ...(await openTask(world)), body: SHORTLY }),
  claimBestTask: async (world) => {
    await openTask(world);
    return { ...inProject(world), body: { ...SHORTLY, skills: [] } };
  },
  listWork: () => ({ query: { limit: "5", status: "claimed" } }),
  renewTask: async (world, as) => withLease(world, as, SHORTLY),
  releaseTask: async (world, as) => withLease(world, as),
  completeTask: async (world, as) => withLease(world, as, { result: "Written" }),
} satisfies Partial<Samples>;

/** Over before the next operation is tried: workers have no capacity for more. */
const SHORTLY = { lease_seconds: 60 };

const PLAN = [
  { ref: "a", title: "First" },
  { ref: "b", title: "Second", depends_on: ["a"] },
];

const EDITED = {
  phases: ["Build"],
  tasks: [
    {
      ref: "t1",
      title: "Build the page",
      phase: "Build",
      depends_on: [],
      estimate: { optimistic: 1, likely: 2, pessimistic: 4 },
      skills: ["frontend"],
    },
  ],
};

async function newPlan({ project_id, owner }: World) {
  const planned = await owner.client.breakDown({ params: { project_id }, body: {} });
  return { params: { project_id, plan_id: planned.body.plan.id }, if_match: planned.etag! };
}

async function newTask({ project_id, owner }: World) {
  const created = await owner.client.createTask({ params: { project_id }, body: { title: "For one case" } });
  return { params: { project_id, task_id: created.body.task.id }, if_match: created.etag! };
}

/** A worker changes only what it holds. */
async function taskToChange(world: World, as: Person) {
  const task = await newTask(world);
  const is_worker = SUBJECTS.some(({ name, role }) => role === "WORKER" && as === world.people[name]);
  if (!is_worker) return task;
  const { etag } = await as.client.claimTask({ params: task.params, body: SHORTLY });
  return { ...task, if_match: etag! };
}

async function openTask(world: World) {
  const { params } = await newTask(world);
  return { params };
}

/** A task that this person holds, where they may claim; a token that nobody has, where they may not. */
async function withLease(world: World, as: Person, more: object = {}) {
  const { params } = await newTask(world);
  const claimed = await as.send(`/v1/projects/${params.project_id}/tasks/${params.task_id}/claim`, {
    json: SHORTLY,
  });
  const { lease } = await claimed.json<{ lease?: { fencing_token: number } }>();
  return { params, body: { fencing_token: lease?.fencing_token ?? 1, ...more } };
}

/** A project of the owner in which that person is what the oracle says, at its present version. */
async function projectFor({ owner, people }: World, as: Person) {
  const { project } = (await owner.client.createProject({ body: { name: "For one case" } })).body;
  const params = { project_id: project.id };
  const subject = SUBJECTS.find(({ name }) => people[name] === as)!;
  const place: ProjectRole | null = subject.place;
  if (place !== null && place !== "owner") {
    await owner.client.setMember({ params: { ...params, user_id: as.id }, body: { role: place } });
  }
  const { etag } = await owner.client.readProject({ params });
  return { params, if_match: etag! };
}
