// What a proposal must keep to be used at all: its schema, then references, then bounds, for each feature. Whoever
// made it, it is judged alike; a complaint names the place and never repeats what stood there.
import type { GenericSchema } from "valibot";
import { findCycle } from "../domain/task-graph.ts";
import {
  AssigneesProposal,
  BreakdownProposal,
  ComplexityProposal,
  RisksProposal,
} from "../schema/proposal.ts";
import type { Feature, Features } from "./provider.ts";

/** So many points of the matching may judgement outweigh: the whole part of skill, or of load. */
export const REORDERED_POINTS_MAX = 50;
/** Hours of work in one proposal: fifty years of one person. */
const HOURS_MAX = 100_000;

type Judge<Name extends Feature> = (
  proposal: Features[Name]["proposal"],
  facts: Features[Name]["facts"],
) => string | null;

export interface Checks<Name extends Feature> {
  readonly schema: GenericSchema<unknown, Features[Name]["proposal"]>;
  /** The place of something that does not exist, or null. */
  readonly references: Judge<Name>;
  /** The place of something beyond its limit, or null. */
  readonly bounds: Judge<Name>;
}

/** The first of `items` about which `complaint` says something. */
function firstOf<Item>(items: readonly Item[], complaint: (item: Item, at: number) => string | null) {
  for (const [at, item] of items.entries()) {
    const said = complaint(item, at);
    if (said !== null) return said;
  }
  return null;
}

const fine = () => null;

export const CHECKS: { readonly [Name in Feature]: Checks<Name> } = {
  breakdown: {
    schema: BreakdownProposal,
    references({ phases, tasks }, facts) {
      const refs = new Set(tasks.map(({ ref }) => ref));
      if (refs.size < tasks.length) return "/tasks: a ref that is there twice";
      if (new Set(phases).size < phases.length) return "/phases: a phase that is there twice";
      return firstOf(tasks, ({ phase, depends_on, skills }, at) => {
        if (!phases.includes(phase)) return `/tasks/${at}/phase: no such phase`;
        if (!depends_on.every((ref) => refs.has(ref))) return `/tasks/${at}/depends_on: no such task`;
        return skills.every((skill) => facts.skills.includes(skill))
          ? null
          : `/tasks/${at}/skills: no such skill`;
      });
    },
    bounds({ phases, tasks }) {
      if (
        findCycle(
          new Map(tasks.map((task) => [task.ref, task.depends_on])),
          tasks.map(({ ref }) => ref),
        )
      ) {
        return "/tasks: tasks that wait for each other";
      }
      const place = new Map(tasks.map(({ ref, phase }) => [ref, phases.indexOf(phase)]));
      const hours = tasks.reduce((sum, { estimate }) => sum + estimate.pessimistic, 0);
      if (hours > HOURS_MAX) return "/tasks: more hours than a project can have";
      return firstOf(tasks, ({ ref, depends_on, estimate }, at) => {
        if (depends_on.some((each) => place.get(each)! > place.get(ref)!)) {
          return `/tasks/${at}/depends_on: a task of a later phase`;
        }
        return estimate.pessimistic > 0 ? null : `/tasks/${at}/estimate: no work at all`;
      });
    },
  },

  assignees: {
    schema: AssigneesProposal,
    references({ ranking }, { workers }) {
      const fitting = new Set(
        workers.filter(({ score }) => score !== null).map(({ worker_id }) => worker_id),
      );
      if (new Set(ranking.map(({ worker_id }) => worker_id)).size < ranking.length) {
        return "/ranking: a worker who is there twice";
      }
      return firstOf(ranking, ({ worker_id }, at) =>
        fitting.has(worker_id) ? null : `/ranking/${at}/worker_id: nobody in the table who fits`,
      );
    },
    /** Whoever is not ranked comes after those who are, by points. */
    bounds({ ranking }, { workers }) {
      const points = new Map(workers.map(({ worker_id, score }) => [worker_id, score]));
      const ranked = ranking.map(({ worker_id }) => points.get(worker_id)!);
      for (const { worker_id } of ranking) points.delete(worker_id);
      const rest = [...points.values()].filter((score) => score !== null);
      return firstOf(ranked, (score, at) =>
        [...ranked.slice(at + 1), ...rest].every((later) => later - score <= REORDERED_POINTS_MAX)
          ? null
          : `/ranking/${at}: put before somebody who fits far better`,
      );
    },
  },

  complexity: { schema: ComplexityProposal, references: fine, bounds: fine },

  risks: {
    schema: RisksProposal,
    references({ risks }, { tasks }) {
      const ids = new Set(tasks.map(({ id }) => id));
      return firstOf(risks, ({ task_ids }, at) =>
        task_ids.every((id) => ids.has(id)) ? null : `/risks/${at}/task_ids: no such task`,
      );
    },
    bounds: fine,
  },
};
