// The console's words for what the API calls by snake_case names.
import type { Priority, TaskStatus } from "../../../schema/project.ts";
import type { Role } from "../../../schema/role.ts";

export const STATUS_WORDS: Readonly<Record<TaskStatus, string>> = {
  open: "Open",
  claimed: "Claimed",
  in_progress: "In progress",
  blocked: "Blocked",
  done: "Done",
  cancelled: "Cancelled",
};

export const PRIORITY_WORDS: Readonly<Record<Priority, string>> = {
  low: "Low",
  normal: "Normal",
  high: "High",
  urgent: "Urgent",
};

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  USER: "User",
  COORDINATOR: "Coordinator",
  ADMIN: "Administrator",
  AUDITOR: "Auditor",
  OBSERVER: "Observer",
  WORKER: "Worker",
};

export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  USER: "Creates projects and works on tasks where a member",
  COORDINATOR: "Also assigns tasks and registers workers",
  ADMIN: "Also manages people, sessions and settings; reaches every project",
  AUDITOR: "Reads the audit log, and nothing else",
  OBSERVER: "Reads projects where a member",
  WORKER: "A program that claims tasks",
};

/** `task.lease_expired` as "Task lease expired", `ai.called` as "AI called". */
export function sayName(name: string): string {
  const text = name.replaceAll(/[._]/g, " ").replaceAll(/\b(?:ai|mfa|pki)\b/g, (word) => word.toUpperCase());
  return text === "" ? "" : text[0]!.toUpperCase() + text.slice(1);
}

/** An id short enough to be read: its prefix and first letters. */
export const shortId = (id: string): string => (id.length > 14 ? `${id.slice(0, 10)}…` : id);

/** "1 task", "2 tasks", "no tasks". */
export const sayCount = (count: number, one: string, many = `${one}s`): string =>
  count === 0 ? `no ${many}` : `${count.toLocaleString()} ${count === 1 ? one : many}`;

/** Millionths of a US dollar, to the cent; to four digits below ten cents, where calls of a model cost. */
export function sayDollars(microdollars: number): string {
  const dollars = microdollars / 1_000_000;
  const digits = dollars > 0 && dollars < 0.1 ? 4 : 2;
  return `$${dollars.toLocaleString(undefined, { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}

/** One or two letters for somebody's picture. */
export function initials(name: string): string {
  const parts = name.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== "");
  const letters =
    parts.length > 1 ? parts[0]!.slice(0, 1) + parts[1]!.slice(0, 1) : (parts[0] ?? "?").slice(0, 2);
  return letters.toUpperCase();
}
