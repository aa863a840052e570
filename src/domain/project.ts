// A project's life: active; archived, which can be read but not changed; deleted, which can be restored for 30 days
// and is then erased for good. Erasure is the passing of time alone: nobody can ask for it.
import type { ProjectStatus } from "../schema/project.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

export const RESTORABLE_MS = 30 * 86_400_000;

/** What one project holds at most: one object serves it, alone. */
export const QUOTAS = { tasks: 100_000, members: 500, text_bytes: 268_435_456 } as const;

/** `erase_at_ms` stands exactly where the status is deleted. */
export interface ProjectLife {
  readonly status: ProjectStatus;
  readonly erase_at_ms: number | null;
}

export type ProjectMove = "archive" | "restore" | "delete";

/** From where each move starts. */
export const MOVES_FROM = {
  archive: ["active"],
  restore: ["archived", "deleted"],
  delete: ["active", "archived"],
} as const satisfies Record<ProjectMove, readonly ProjectStatus[]>;

/** Whether the time to restore it is over. */
export const isErasable = ({ erase_at_ms }: ProjectLife, now_ms: number): boolean =>
  erase_at_ms !== null && erase_at_ms <= now_ms;

/**
 * The life after a move. What is restored becomes active, whatever it was before.
 * Refuses a move that does not start here (`conflict`), and to restore what is due for erasure (`not_found`).
 */
export function moveProject(life: ProjectLife, move: ProjectMove, now_ms: number): Result<ProjectLife> {
  if (isErasable(life, now_ms)) return refuse("not_found", { rule: "due_for_erasure" });
  const from: readonly ProjectStatus[] = MOVES_FROM[move];
  if (!from.includes(life.status)) return refuse("conflict", { detail: `the project is ${life.status}` });
  if (move === "archive") return ok({ status: "archived", erase_at_ms: null });
  if (move === "restore") return ok({ status: "active", erase_at_ms: null });
  return ok({ status: "deleted", erase_at_ms: now_ms + RESTORABLE_MS });
}
