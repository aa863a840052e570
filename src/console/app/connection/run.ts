// Doing something the reader asked for: busy while it runs, an explanation where it fails, toasts that say what was
// done and, where that is cheap, take it back.
import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import { type Advice, type Explanation, explain } from "./explain.ts";

export interface Toast {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
  readonly advice?: string;
  readonly undo?: () => unknown;
}

export const toasts = signal<readonly Toast[]>([]);
let next_id = 1;
const DONE_MS = 8_000;

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Says that something was done, for eight seconds; `undo` takes it back. */
export function done(text: string, undo?: () => unknown): void {
  const id = next_id++;
  toasts.value = [...toasts.value.slice(-2), { id, kind: "done", text, ...(undo && { undo }) }];
  setTimeout(dismiss, DONE_MS, id);
}

/** Says what went wrong, until the reader dismisses it. */
export function failed(error: unknown): void {
  const { title, advice, fields } = explain(error);
  const details = fields.map(({ name, detail }) => `${name}: ${detail}`).join("; ");
  const id = next_id++;
  toasts.value = [
    ...toasts.value.slice(-2),
    { id, kind: "failed", text: title, advice: [details, advice].filter(Boolean).join(". ") },
  ];
}

export interface Running {
  readonly busy: boolean;
  readonly problem: Explanation | null;
  /** Runs it unless it is running already; answers whether it succeeded. */
  run(work: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
}

/** For forms: the problem is shown where the form is; `own` is what to try here, by reason. */
export function useRun(own?: Advice): Running {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Explanation | null>(null);
  return {
    busy,
    problem,
    clear: () => setProblem(null),
    async run(work) {
      if (busy) return false;
      setBusy(true);
      setProblem(null);
      try {
        await work();
        return true;
      } catch (error) {
        setProblem(explain(error, own));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}

/** For single actions: the problem is a toast. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}
