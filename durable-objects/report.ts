// What an object says in the log of the Worker: which work failed, and why. Never a request's contents.
import { logLine } from "../src/protocol/output-encoding.ts";

/** `object`: its kind. */
export function report(object: string, what: string, defect: unknown): void {
  const message = defect instanceof Error ? defect.message : String(defect);
  // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
  console.error(logLine({ level: "error", object, what, message }));
}
