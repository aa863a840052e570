// The claims that this browser made: their fencing tokens, kept for as long as the tab, so that a reload forgets none.

const KEY = "taskward-leases";

function all(): Record<string, number> {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as Record<string, number>;
  } catch {
    return {};
  }
}

export const fencingTokenOf = (task_id: string): number | null => all()[task_id] ?? null;

export function keepLease(task_id: string, fencing_token: number): void {
  sessionStorage.setItem(KEY, JSON.stringify({ ...all(), [task_id]: fencing_token }));
}

export function forgetLease(task_id: string): void {
  const { [task_id]: _, ...rest } = all();
  sessionStorage.setItem(KEY, JSON.stringify(rest));
}
