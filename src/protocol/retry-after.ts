// The header Retry-After (RFC 9110, section 10.2.3) as seconds. Its other form, a date, counts as nothing said.

/** Whole seconds, below 10^9; null where the answer does not say. */
export function retryAfterOf(headers: Headers): number | null {
  const seconds = headers.get("retry-after") ?? "";
  return /^[0-9]{1,9}$/.test(seconds) ? Number(seconds) : null;
}
