// The header Retry-After (RFC 9110, section 10.2.3) as seconds. Its other form, a date, counts as nothing said.

/** As many as a timer can wait: of 2^31 milliseconds or more it makes one, and whoever was sent away would be back at once. */
const SECONDS_MAX = 2_147_483;

/** Whole seconds, at most 24 days or so; null where the answer does not say. */
export function retryAfterOf(headers: Headers): number | null {
  const seconds = headers.get("retry-after") ?? "";
  return /^[0-9]{1,9}$/.test(seconds) ? Math.min(Number(seconds), SECONDS_MAX) : null;
}
