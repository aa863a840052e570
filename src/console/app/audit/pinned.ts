// The newest checkpoint of each workspace's log that this browser found good. Whoever rewrites the log cannot reach it.
import type { Pinned } from "./verify.ts";

const keyOf = (workspace: string): string => `taskward-checkpoint-${workspace}`;

export function pinnedOf(workspace: string): Pinned | null {
  try {
    return JSON.parse(localStorage.getItem(keyOf(workspace)) ?? "null") as Pinned | null;
  } catch {
    return null;
  }
}

export const pin = (workspace: string, pinned: Pinned): void =>
  localStorage.setItem(keyOf(workspace), JSON.stringify(pinned));
