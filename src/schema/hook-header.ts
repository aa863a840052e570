// Headers of what is sent to an integration: all but those that carry credentials, or are only the way here.
import * as v from "valibot";

const HELD_BACK = /^(?:authorization|cookie|proxy-.*|cf-.*|mf-.*|x-forwarded-.*|x-real-ip)$/u;

/** Whether an integration is handed the header of that lower-case name. */
export const isHandedOn = (name: string): boolean => !HELD_BACK.test(name);

/** What an integration may look at. One that it is never handed would be missing from each of its deliveries. */
export const HookHeaderName = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(/^[a-z0-9-]{1,64}$/u, "expected the name of a header"),
  v.check(isHandedOn, "expected a header that is handed on, and this one is not"),
);
