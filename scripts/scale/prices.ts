// What Cloudflare charges for what is used beyond the plan (Workers Paid), in US dollars: its pricing pages of Workers
// and Durable Objects, as of November 2026. Change them here when they change there.

export const PRICES = {
  worker_requests_per_million: 0.3,
  worker_cpu_ms_per_million: 0.02,
  object_requests_per_million: 0.15,
  /** For a million gigabyte-seconds; an object that is awake and cannot hibernate counts 128 MB. */
  object_duration_per_million_gb_s: 12.5,
  rows_read_per_million: 0.001,
  rows_written_per_million: 1,
} as const;

export const OBJECT_GB = 0.128;
