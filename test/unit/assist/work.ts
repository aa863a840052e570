// Open tasks for the tests of planning.
import type { OpenTask } from "../../../src/schema/messages/project.ts";

export const NOW_MS = Date.UTC(2026, 10, 22);
export const OWNER = "usr_owner";
export const DAY_MS = 86_400_000;
export const inDays = (days: number): string => new Date(NOW_MS + days * DAY_MS).toISOString();

export const idOf = (number: number): string => `tsk_${String(number).padStart(26, "0")}`;

export const openTask = (id: string, change: Partial<OpenTask> = {}): OpenTask => ({
  id,
  title: `Task ${id}`,
  status: "open",
  priority: "normal",
  estimate: { optimistic: 2, likely: 4, pessimistic: 6 },
  skills: [],
  parent_id: null,
  depends_on: [],
  due_at: null,
  assigned_to: null,
  updated_at: inDays(-1),
  ...change,
});
