// The rules, each by its name: what it looks for, and how likely and how bad that is, of 5.
import { isUnsized } from "../domain/project-schedule.ts";
import type { OpenTask } from "../schema/messages/project.ts";
import { count } from "./open-work.ts";
import type { Finding, Situation } from "./situation.ts";

const DAY_MS = 86_400_000;
/** Eight working hours on five of seven days. */
const CALENDAR_MS_PER_HOUR = (DAY_MS / 8) * (7 / 5);
const SILENT_DAYS = 7;

type Rule = (situation: Situation) => Finding | null;

/** 1 to 5 by how large a part of the whole is touched. */
const byShare = (part: number, whole: number): number => Math.min(5, 1 + Math.ceil((4 * part) / whole));

const found = (touched: readonly OpenTask[], finding: Omit<Finding, "touched">): Finding | null =>
  touched.length === 0 ? null : { ...finding, touched };

export const RISK_RULES: Readonly<Record<string, Rule>> = {
  overdue({ tasks, now_ms }) {
    const late = tasks.filter(({ due_at }) => due_at !== null && Date.parse(due_at) < now_ms);
    const grave = late.some(({ priority }) => priority === "urgent" || priority === "high");
    return found(late, {
      title: `${count(late.length, "task")} overdue`,
      probability: 5,
      impact: grave ? 5 : 3,
      trigger: "It has happened: the due date is past.",
      mitigation: "Agree new dates with whoever waits, or take something else out.",
    });
  },

  deadline_out_of_reach({ tasks, plan, now_ms }) {
    const late = tasks.filter(({ due_at }, at) => {
      const finish_ms = now_ms + (plan.slots[at]!.earliest_finish / 60) * CALENDAR_MS_PER_HOUR;
      return due_at !== null && Date.parse(due_at) >= now_ms && Date.parse(due_at) < finish_ms;
    });
    return found(late, {
      title: `${count(late.length, "task")} due before what comes first can be done`,
      probability: 4,
      impact: byShare(late.length, tasks.length),
      trigger: "The earliest finish, at eight hours on five days a week, lies behind the due date.",
      mitigation: "Shorten the chain before these tasks: drop dependencies, split tasks, or add hands.",
    });
  },

  bottleneck({ tasks, bottlenecks }) {
    const narrow = bottlenecks.map(({ task_id }) => tasks.find(({ id }) => id === task_id)!);
    return found(narrow, {
      title: `${count(narrow.length, "task")} that much else waits for`,
      probability: 3,
      impact: byShare(bottlenecks[0]?.dependents ?? 0, tasks.length),
      trigger: `No progress on ${narrow[0]?.title ?? ""}.`,
      mitigation: "Do these first, with the most experienced, and look at them daily.",
    });
  },

  scarce_skill({ tasks, scarce_skills }) {
    const skills = new Set(scarce_skills.map(({ skill }) => skill));
    const absent = scarce_skills.some(({ workers }) => workers === 0);
    const touched = tasks.filter((task) => task.skills.some((skill) => skills.has(skill)));
    return found(touched, {
      title: `${count(skills.size, "skill")} that nobody or one worker alone has: ${[...skills].slice(0, 5).join(", ")}`,
      probability: absent ? 5 : 3,
      impact: byShare(touched.length, tasks.length),
      trigger: "Tasks that ask for the skill stay open, or their one worker falls silent.",
      mitigation: "Register another worker with the skill, or let a second one learn it on a small task.",
    });
  },

  no_estimate({ tasks }) {
    const unsized = tasks.filter(isUnsized);
    return found(unsized, {
      title: `${count(unsized.length, "task")} without an estimate`,
      probability: byShare(unsized.length, tasks.length),
      impact: 3,
      trigger: "Work begins on a task that nobody has sized.",
      mitigation: "Estimate them together: optimistic, likely, pessimistic.",
    });
  },

  uncertain_path({ tasks, estimates, plan }) {
    const path = new Set(plan.critical_path);
    const unsure = tasks.filter(({ id, estimate }, at) => {
      const { optimistic, likely, pessimistic } = estimates[at]!;
      return estimate !== null && path.has(id) && pessimistic - optimistic > 2 * likely;
    });
    return found(unsure, {
      title: `${count(unsure.length, "task")} on the critical path with a wide estimate`,
      probability: 3,
      impact: byShare(unsure.length, path.size),
      trigger: "One of them passes its likely duration.",
      mitigation: "Try the unknown part out in a day before the rest depends on it.",
    });
  },

  one_pair_of_hands({ tasks }) {
    const assigned = tasks.filter(({ assigned_to }) => assigned_to !== null);
    const byHolder = Map.groupBy(assigned, ({ assigned_to }) => assigned_to!);
    const [most = []] = [...byHolder.values()].sort((a, b) => b.length - a.length);
    const much = most.length >= 5 && most.length * 2 > assigned.length ? most : [];
    return found(much, {
      title: `${much.length} of ${assigned.length} assigned tasks in one pair of hands`,
      probability: 3,
      impact: byShare(much.length, tasks.length),
      trigger: "They fall ill, or several of their tasks are due in one week.",
      mitigation: "Hand some of them to others while there is time to explain.",
    });
  },

  silent({ tasks, now_ms }) {
    const latest_ms = latestChanges(tasks);
    const quiet = tasks.filter(
      ({ id, status }) =>
        (status === "in_progress" || status === "blocked") &&
        now_ms - latest_ms.get(id)! > SILENT_DAYS * DAY_MS,
    );
    return found(quiet, {
      title: `${count(quiet.length, "task")} begun or blocked, and untouched for ${SILENT_DAYS} days`,
      probability: 4,
      impact: byShare(quiet.length, tasks.length),
      trigger: "Another week without a change.",
      mitigation: "Ask what is missing; give the task back if nobody works on it.",
    });
  },
};

/** When each task was changed last, or one of its open sub-tasks at any depth. */
function latestChanges(tasks: readonly OpenTask[]): ReadonlyMap<string, number> {
  const parents = new Map(tasks.map(({ id, parent_id }) => [id, parent_id]));
  const latest_ms = new Map(tasks.map(({ id }) => [id, 0]));
  for (const { id, updated_at } of tasks) {
    const at_ms = Date.parse(updated_at);
    let whole: string | null | undefined = id;
    while (whole && (latest_ms.get(whole) ?? at_ms) < at_ms) {
      latest_ms.set(whole, at_ms);
      whole = parents.get(whole);
    }
  }
  return latest_ms;
}
