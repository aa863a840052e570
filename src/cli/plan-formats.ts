// Plans of other tools, as our own: the seed data of Plane, the fixtures of Vikunja, and two research
// formats for scheduling, PSPLIB and the multi-skill projects of iMOPSE. A format is known by a key that
// the others lack. What has no place in a plan of ours is left out, and the notes say so.
import * as v from "valibot";
import { check, PlanError } from "./plan-check.ts";

export interface Converted {
  readonly name: string;
  readonly description: string;
  readonly tasks: readonly unknown[];
  readonly notes: readonly string[];
}

const READERS: Readonly<Record<string, (json: unknown) => Converted>> = {
  issues: readPlane,
  relations: readVikunja,
  jobs: readPsplib,
  resources: readMultiSkill,
  templates: () => {
    throw new PlanError("It holds templates of projects (Taiga), which have roles and columns but no tasks.");
  },
};

/** The plan in a foreign file, its tasks not yet checked; null where the file is of none of these formats. */
export function fromForeignFormat(json: unknown): Converted | null {
  if (typeof json !== "object" || json === null) return null;
  const key = Object.keys(READERS).find((name) => Object.hasOwn(json, name));
  return key ? READERS[key]!(json) : null;
}

const Text = v.nullish(v.string(), "");
const FINISHED = ["completed", "cancelled"];

const Plane = v.object({
  projects: v.pipe(
    v.array(v.object({ name: v.string(), description: Text })),
    v.minLength(1, "expected at least one project"),
  ),
  states: v.array(v.object({ id: v.number(), group: v.string() })),
  issues: v.array(
    v.object({
      sequence_id: v.number(),
      name: v.string(),
      description_stripped: Text,
      state_id: v.number(),
      priority: v.picklist(["none", "low", "medium", "high", "urgent"]),
    }),
  ),
});

/** Plane's seed data: issues with a priority; finished ones are left out. */
function readPlane(json: unknown): Converted {
  const { projects, states, issues } = check(Plane, json);
  const finished = new Set(states.filter(({ group }) => FINISHED.includes(group)).map(({ id }) => id));
  const open = issues.filter(({ state_id }) => !finished.has(state_id));
  const { name, description } = projects[0]!;
  const tasks = open.map((issue) => ({
    ref: `issue-${issue.sequence_id}`,
    title: issue.name,
    description: issue.description_stripped,
    priority: ["none", "medium"].includes(issue.priority) ? "normal" : issue.priority,
  }));
  return { name, description, tasks, notes: leftOut(issues.length - open.length, "finished issues") };
}

const Vikunja = v.object({
  tasks: v.array(
    v.object({
      id: v.number(),
      title: v.string(),
      description: Text,
      done: v.optional(v.boolean(), false),
      priority: v.optional(v.number(), 0),
      due_date: v.optional(v.string()),
    }),
  ),
  relations: v.array(v.object({ task_id: v.number(), other_task_id: v.number(), relation_kind: v.string() })),
});

/** Vikunja's priorities are 0 (unset) and 1 to 5; above that the fixtures mean "very". */
const vikunjaPriority = (number: number) =>
  number >= 4 ? "urgent" : number === 3 ? "high" : number === 1 ? "low" : "normal";

/** Vikunja's fixtures: a task waits for its subtasks and for what blocks it; finished ones are left out. */
function readVikunja(json: unknown): Converted {
  const { tasks, relations } = check(Vikunja, json);
  const open = tasks.filter(({ done }) => !done);
  const isOpen = new Set(open.map(({ id }) => id));
  const waitsFor = (id: number) =>
    relations.flatMap(({ task_id, other_task_id, relation_kind }) => {
      if (task_id === id && ["subtask", "blocked", "follows"].includes(relation_kind)) return [other_task_id];
      if (other_task_id === id && ["parenttask", "blocking", "precedes"].includes(relation_kind))
        return [task_id];
      return [];
    });
  return {
    name: "Tasks from Vikunja",
    description: "All projects of the file in one.",
    tasks: open.map((task) => ({
      ref: `task-${task.id}`,
      title: task.title,
      description: task.description,
      depends_on: [...new Set(waitsFor(task.id))].filter((id) => isOpen.has(id)).map((id) => `task-${id}`),
      priority: vikunjaPriority(task.priority),
      due_at: task.due_date ?? null,
    })),
    notes: leftOut(tasks.length - open.length, "finished tasks"),
  };
}

const Job = v.tuple([v.number(), v.number(), v.array(v.number()), v.array(v.number())]);
const Psplib = v.object({ id: v.string(), jobs: v.array(Job) });

/** PSPLIB: jobs are [id, duration, successors, demands]; its periods become hours. */
function readPsplib(json: unknown): Converted {
  const { id, jobs } = check(Psplib, json);
  return {
    name: `PSPLIB ${id}`,
    description:
      "A single-mode instance of the project scheduling problem library; periods are read as hours.",
    tasks: jobs.map(([job, duration]) => ({
      ref: String(job),
      title: `Job ${job}`,
      depends_on: jobs.filter(([, , successors]) => successors.includes(job)).map(([other]) => String(other)),
      estimate: exactly(duration),
    })),
    notes: ["Its resources and demands have no place in a plan and are left out."],
  };
}

const MultiSkill = v.object({
  id: v.string(),
  tasks: v.array(
    v.object({ id: v.number(), duration: v.number(), skill: v.string(), pred: v.array(v.number()) }),
  ),
});

/** iMOPSE: each task has a duration, one skill, and predecessors. */
function readMultiSkill(json: unknown): Converted {
  const { id, tasks } = check(MultiSkill, json);
  return {
    name: `Multi-skill project ${id}`,
    description: "An instance of the multi-skill project scheduling problem; durations are read as hours.",
    tasks: tasks.map(({ id, duration, skill, pred }) => ({
      ref: String(id),
      title: `Task ${id}`,
      depends_on: pred.map(String),
      estimate: exactly(duration),
      skills: [skill.toLowerCase()],
    })),
    notes: ["Its people and the levels of its skills have no place in a plan and are left out."],
  };
}

const exactly = (hours: number) => ({ optimistic: hours, likely: hours, pessimistic: hours });
const leftOut = (count: number, what: string) => (count > 0 ? [`Left out: ${what} (${count}).`] : []);
