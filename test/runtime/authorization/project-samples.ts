// Requests on projects and tasks that succeed. What is changed or deleted is made for the one case.

import type { ProjectRole } from "../../../src/schema/role.ts";
import type { Person } from "../harness/people.ts";
import { SUBJECTS } from "./oracle.ts";
import type { Samples } from "./samples.ts";
import type { World } from "./world.ts";

const inProject = ({ project_id }: World) => ({ params: { project_id } });

export const projectSamples = {
  createProject: { prepare: () => ({ body: { name: "Launch", description: "In May" } }) },
  listProjects: { prepare: () => ({ query: { limit: "5", scope: "mine" } }) },
  readProject: { prepare: inProject },
  updateProject: {
    async prepare(world, as) {
      const { params, if_match } = await projectFor(world, as);
      return { params, if_match, body: { name: "Launch in June" } };
    },
  },
  deleteProject: { prepare: projectFor },
  listMembers: { prepare: inProject },
  setMember: {
    prepare: ({ project_id, target }) => ({
      params: { project_id, user_id: target.id },
      body: { role: "viewer" },
    }),
  },
  removeMember: {
    async prepare({ project_id, owner, target }) {
      const params = { project_id, user_id: target.id };
      await owner.client.setMember({ params, body: { role: "viewer" } });
      return { params };
    },
  },
  createTask: {
    prepare: (world) => ({
      ...inProject(world),
      body: { title: "Write", skills: ["writing"], priority: "high" },
    }),
  },
  createTasks: {
    prepare: (world) => ({
      ...inProject(world),
      body: {
        tasks: [
          { ref: "a", title: "First" },
          { ref: "b", title: "Second", depends_on: ["a"] },
        ],
      },
    }),
  },
  listTasks: { prepare: (world) => ({ ...inProject(world), query: { status: "open", limit: "3" } }) },
  readTask: { prepare: ({ project_id, task_id }) => ({ params: { project_id, task_id } }) },
  updateTask: {
    async prepare(world) {
      return { ...(await newTask(world)), body: { status: "in_progress", title: "Begun" } };
    },
  },
  deleteTask: { prepare: newTask },
  assignTask: {
    prepare: ({ project_id, task_id, owner }) => ({
      params: { project_id, task_id },
      body: { user_id: owner.id },
    }),
  },
} satisfies Partial<Samples>;

async function newTask({ project_id, owner }: World) {
  const created = await owner.client.createTask({ params: { project_id }, body: { title: "For one case" } });
  return { params: { project_id, task_id: created.body.task.id }, if_match: created.etag! };
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
