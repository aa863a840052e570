// What becomes of a throw: a defect of ours, or a part of the platform that is out of reach or has failed for a moment.
import type { Operation } from "../api/operation.ts";
import { ConfigurationError } from "../config.ts";
import { logLine } from "../protocol/output-encoding.ts";
import type { RequestContext } from "../schema/messages/request.ts";
import type { Refusal } from "../schema/result.ts";

/** What the runtime says where its storage or the runtime itself has failed; nothing of ours says so. */
const PLATFORM_FAULT = /SQLITE_(?:IOERR|FULL|BUSY|CANTOPEN)|^internal error; reference = /u;

/** Logged without the request's contents. What passes by itself is `unavailable`: whoever asks again may succeed. */
export function refusalOf(defect: unknown, operation: Operation | null, context: RequestContext): Refusal {
  const error = defect as Error & { overloaded?: boolean; retryable?: boolean };
  const isPassing = error.overloaded || error.retryable || PLATFORM_FAULT.test(error.message);
  const reason =
    defect instanceof ConfigurationError ? "misconfigured" : isPassing ? "unavailable" : "internal";
  const line = {
    level: "error",
    reason,
    operation: operation?.path ?? null,
    request_id: context.request_id,
    message: error.message,
    stack: reason === "internal" ? error.stack : undefined,
  };
  // biome-ignore lint/suspicious/noConsole: structured lines are how Workers log
  console.error(logLine(line));
  return reason === "unavailable" ? { reason, retry_after_seconds: 1 } : { reason };
}
