// Times for people, in the reader's own zone and language; spans in the largest units that say enough.

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** A moment as somebody would say it: "3 minutes ago", "in 2 days", from a month on the date. */
export function sayWhen(iso: string, now_ms: number): string {
  const distance_ms = Date.parse(iso) - now_ms;
  const size_ms = Math.abs(distance_ms);
  if (size_ms < 45_000) return "just now";
  if (size_ms < HOUR_MS) return relative.format(Math.round(distance_ms / MINUTE_MS), "minute");
  if (size_ms < DAY_MS) return relative.format(Math.round(distance_ms / HOUR_MS), "hour");
  if (size_ms < 30 * DAY_MS) return relative.format(Math.round(distance_ms / DAY_MS), "day");
  return sayDate(iso, now_ms);
}

/** The day, with its year where that is not the present one. */
export function sayDate(iso: string, now_ms: number): string {
  const date = new Date(iso);
  const same_year = date.getFullYear() === new Date(now_ms).getFullYear();
  return date.toLocaleDateString(undefined, {
    day: "numeric",
    month: "short",
    ...(!same_year && { year: "numeric" }),
  });
}

/** Date and time to the second, with the zone. */
export const sayExactly = (iso: string): string =>
  new Date(iso).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });

/** Working hours: "6 h", "3.5 h", "45 min". */
export function sayHours(hours: number): string {
  if (hours > 0 && hours < 1) return `${Math.round(hours * 60)} min`;
  const rounded = hours < 10 ? Math.round(hours * 10) / 10 : Math.round(hours);
  return `${rounded.toLocaleString()} h`;
}

/** The value of a field `datetime-local` for a moment, in the reader's zone; empty for none. */
export function toLocalField(iso: string | null): string {
  if (iso === null) return "";
  const date = new Date(iso);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The moment that such a field says; null where it is empty. */
export const fromLocalField = (value: string): string | null =>
  value === "" ? null : new Date(value).toISOString();
