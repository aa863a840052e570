// Which task for whom: what fits is scored by priority, due date, age, skill and load, each part in points, so that
// the choice can be explained. Refuses what asks for a skill that the worker lacks.
import type { Matching, ScoreParts } from "../schema/matching.ts";
import { CANDIDATES_MAX } from "../schema/matching.ts";
import type { Priority, Task } from "../schema/project.ts";
import { SKILL_LEVEL_MAX, WEEKDAYS, type WorkingHours } from "../schema/worker.ts";

const DAY_MS = 86_400_000;
/** A task is wanted by its due date, and at the latest so long after it came: nothing waits for ever. */
const WANTED_AFTER_MS = 30 * DAY_MS;
/** From so long before it is wanted, urgency rises to its maximum. */
const URGENT_FROM_MS = 14 * DAY_MS;

/** More than all other parts together: what somebody assigned comes first. */
const ASSIGNED = 1_000;
const PRIORITY: Readonly<Record<Priority, number>> = { low: 0, normal: 100, high: 200, urgent: 300 };
/** An overdue task comes before one that is not, and is one and a half priorities higher. */
const URGENCY_MAX = 150;
const SKILL_MAX = 50;
const LOAD_MAX = 50;

export type Offer = Pick<
  Task,
  "id" | "title" | "priority" | "skills" | "due_at" | "created_at" | "assigned_to"
>;

export interface Abilities {
  readonly principal_id: string;
  /** Levels by skill; null: whatever is asked for. */
  readonly skills: ReadonlyMap<string, number> | null;
  readonly load: number;
  readonly capacity: number;
}

/** When a task should be done: what orders tasks of one priority and the same skills. */
export const wantedBy_ms = ({ due_at, created_at }: Pick<Offer, "due_at" | "created_at">): number =>
  Math.min(
    due_at === null ? Number.POSITIVE_INFINITY : Date.parse(due_at),
    Date.parse(created_at) + WANTED_AFTER_MS,
  );

/** Skills that the task asks for and the worker lacks. Whoever was assigned a task needs none. */
export function missingSkills(offer: Offer, { principal_id, skills }: Abilities): string[] {
  if (skills === null || offer.assigned_to === principal_id) return [];
  return offer.skills.filter((skill) => !skills.has(skill));
}

/** The score of a task that fits. Of two that differ in when they are wanted alone, the earlier scores no less. */
export function score(offer: Offer, who: Abilities, now_ms: number): ScoreParts {
  const due = offer.due_at === null ? 0 : urgency(Date.parse(offer.due_at), now_ms);
  const levels = offer.skills.map((skill) => who.skills?.get(skill) ?? 0);
  const mean = levels.length === 0 ? 0 : levels.reduce((sum, level) => sum + level, 0) / levels.length;
  return {
    assigned: offer.assigned_to === who.principal_id ? ASSIGNED : 0,
    priority: PRIORITY[offer.priority],
    due,
    age: urgency(wantedBy_ms(offer), now_ms) - due,
    skill: Math.round((SKILL_MAX * mean) / SKILL_LEVEL_MAX),
    load: Math.round(LOAD_MAX * Math.max(0, 1 - who.load / who.capacity)),
  };
}

export const totalOf = (parts: ScoreParts): number =>
  Object.values(parts).reduce((sum, points) => sum + points, 0);

/** Best first: by score, then by when they are wanted, then by age, then as they were given. `outcome` is `claimed` where one fits. */
export function rank(offers: readonly Offer[], who: Abilities, now_ms: number): Matching {
  const fitting = offers.filter((offer) => missingSkills(offer, who).length === 0);
  const candidates = fitting
    .map((offer) => ({ offer, parts: score(offer, who, now_ms) }))
    .map((each) => ({ ...each, score: totalOf(each.parts) }))
    .sort((a, b) => b.score - a.score || compareWanted(a.offer, b.offer))
    .slice(0, CANDIDATES_MAX);
  const lacking = offers.filter((offer) => !fitting.includes(offer)).slice(0, CANDIDATES_MAX);
  const none = lacking.length > 0 ? "no_skill_fits" : "nothing_open";
  return {
    outcome: candidates.length > 0 ? "claimed" : none,
    candidates: candidates.map(({ offer: { id, title }, ...scored }) => ({
      task_id: id,
      title,
      score: scored.score,
      parts: scored.parts,
    })),
    passed_over: lacking.map((offer) => ({
      task_id: offer.id,
      title: offer.title,
      missing_skills: missingSkills(offer, who),
    })),
  };
}

const compareWanted = (a: Offer, b: Offer): number =>
  wantedBy_ms(a) - wantedBy_ms(b) || Date.parse(a.created_at) - Date.parse(b.created_at);

function urgency(wanted_ms: number, now_ms: number): number {
  const left_ms = Math.min(URGENT_FROM_MS, Math.max(0, wanted_ms - now_ms));
  return Math.round(URGENCY_MAX * (1 - left_ms / URGENT_FROM_MS));
}

/** A set of skills as text that sorts like the list of them: no skill has a character below the separator. */
export const skillKey = (skills: readonly string[]): string => [...new Set(skills)].sort().join(" ");

/**
 * The least key from `key` on that could be made of known skills alone; null when there is none. `known` is sorted.
 * With it, what a worker can do is found among however many sets of skills, without looking at those between.
 */
export function nextSkillKey(key: string, known: readonly string[]): string | null {
  const skills = key === "" ? [] : key.split(" ");
  const at = skills.findIndex((skill) => !known.includes(skill));
  if (at === -1) return key;
  for (let length = at; length >= 0; length -= 1) {
    const next = known.find((skill) => skill > skills[length]!);
    if (next !== undefined) return [...skills.slice(0, length), next].join(" ");
  }
  return null;
}

/** Whether it is working time; null hours are any time. */
export function isWorkingAt(hours: WorkingHours | null, now_ms: number): boolean {
  if (hours === null) return true;
  const format = new Intl.DateTimeFormat("en", {
    timeZone: hours.time_zone,
    weekday: "long",
    hour: "numeric",
    minute: "numeric",
    hourCycle: "h23",
  });
  const parts = new Map(format.formatToParts(now_ms).map(({ type, value }) => [type, value]));
  const today = WEEKDAYS.find((day) => day === parts.get("weekday")!.toLowerCase())!;
  const minute = Number(parts.get("hour")) * 60 + Number(parts.get("minute"));
  return hours[today].some(({ start_minute, end_minute }) => start_minute <= minute && minute < end_minute);
}
