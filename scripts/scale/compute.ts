// What a load costs a month, what saturates first, and how long somebody waits, from costs per operation. Pure.
import { CAPACITY, type OperationCost } from "./operations.ts";
import { OBJECT_GB, PRICES } from "./prices.ts";
import { LAST_MILE_MS, type Region, roundTrip } from "./regions.ts";

const SECONDS_PER_MONTH = 30 * 86_400;
const MILLION = 1_000_000;
/** Requests of a day, spread as people work: the mean over a month is this part of the busiest second. */
const MEAN_OF_PEAK = 0.35;
/** Timers of ours keep an object awake for so long after a burst; idle without one, it may hibernate and costs nothing. */
const AWAKE_SECONDS = 2;

export interface Line {
  readonly what: string;
  readonly millions: number;
  readonly dollars: number;
}

/** Dollars a month for so many requests a second at the peak, by what is charged. */
export function monthlyCost(
  operations: readonly OperationCost[],
  peak_per_second: number,
  users: number,
): Line[] {
  const requests = (peak_per_second * MEAN_OF_PEAK * SECONDS_PER_MONTH) / MILLION;
  const mean = (field: "object_calls" | "rows_read" | "rows_written" | "cpu_ms") =>
    operations.reduce((sum, operation) => sum + operation.share * operation[field], 0);
  // Requests of one person come in bursts: each burst of ten keeps their object and a project awake once.
  const awake = Math.min((requests / 10) * 2 * AWAKE_SECONDS, (users * 2 * SECONDS_PER_MONTH) / MILLION);
  const line = (what: string, millions: number, price: number): Line => ({
    what,
    millions,
    dollars: millions * price,
  });
  return [
    line("requests to the Worker", requests, PRICES.worker_requests_per_million),
    line("ms of processor time", requests * mean("cpu_ms"), PRICES.worker_cpu_ms_per_million),
    line("calls to objects", requests * mean("object_calls"), PRICES.object_requests_per_million),
    line("GB-seconds of objects awake", awake * OBJECT_GB, PRICES.object_duration_per_million_gb_s),
    line("rows read", requests * mean("rows_read"), PRICES.rows_read_per_million),
    line("rows written", requests * mean("rows_written"), PRICES.rows_written_per_million),
  ];
}

export interface Saturation {
  readonly what: string;
  readonly bears: string;
  /** How much of that the load takes; 1 is the end. */
  readonly used: number;
}

/** What is nearest to its end where one tenant and one project take a given part of all requests. */
export function saturation(
  operations: readonly OperationCost[],
  peak_per_second: number,
  parts: { readonly tenant: number; readonly project: number; readonly audit_events_per_second: number },
): Saturation[] {
  const changes = share(operations, (each) => each.changes_project);
  const events = operations.reduce((sum, each) => sum + each.share * each.events, 0);
  const project = peak_per_second * parts.project;
  const told = (count: number, what: string) => `${count.toLocaleString("en")} ${what} a second`;
  const rows: Saturation[] = [
    {
      what: "the busiest project's changes",
      bears: told(CAPACITY.project_changes, "changes"),
      used: (project * changes) / CAPACITY.project_changes,
    },
    {
      what: "the busiest project's reads",
      bears: told(CAPACITY.project_reads, "reads"),
      used: (project * (1 - changes)) / CAPACITY.project_reads,
    },
    {
      what: "the largest tenant's audit log",
      bears: told(parts.audit_events_per_second, "events"),
      used: (peak_per_second * parts.tenant * events) / parts.audit_events_per_second,
    },
    {
      what: "one caller's principal",
      bears: told(CAPACITY.principal_admissions, "admissions"),
      // Their own bucket lets through 60 a minute and a burst of 100.
      used: 100 / CAPACITY.principal_admissions,
    },
  ];
  return rows.toSorted((a, b) => b.used - a.used);
}

const share = (operations: readonly OperationCost[], wanted: (each: OperationCost) => boolean): number =>
  operations.filter(wanted).reduce((sum, each) => sum + each.share, 0);

/**
 * How long somebody waits, in ms: the way to the nearest place, the calls from there one after the other, and the work.
 * Their own object is where they first came from, that of a project where its team is.
 */
export function waiting(operation: OperationCost, reader: Region, team: Region): number {
  const own = operation.own_calls * roundTrip(reader, reader);
  const project = operation.project_calls * roundTrip(reader, team);
  return LAST_MILE_MS + own + project + operation.cpu_ms;
}
