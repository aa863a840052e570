// Resident memory over time, and whether it grows: the slope of a straight line through the second half of the samples,
// for what comes up at first (caches, heaps) comes once.
import type { Server } from "../bench/workerd.ts";

const EVERY_MS = 2_000;
/** Of what is resident, an hour: less is noise of a garbage collector within some minutes. */
const FLAT_PART_PER_HOUR = 0.5;

/** Of the second half: two minutes and a half. */
const SAMPLES_MIN = 75;

export interface Sample {
  readonly seconds: number;
  readonly resident_mib: number;
}

export function sampleMemory(server: Server): { stop(): Sample[] } {
  const samples: Sample[] = [];
  const started_ms = performance.now();
  const take = () => {
    samples.push({ seconds: (performance.now() - started_ms) / 1000, resident_mib: server.residentMiB() });
  };
  take();
  const timer = setInterval(take, EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      take();
      return samples;
    },
  };
}

/** Figures of a run, in MiB and MiB an hour. */
export function memoryOf(samples: readonly Sample[]) {
  const late = samples.slice(Math.floor(samples.length / 2));
  const mean = late.reduce((sum, { resident_mib }) => sum + resident_mib, 0) / late.length;
  const mib_per_hour = slope(late) * 3_600;
  return {
    start_mib: samples[0]!.resident_mib,
    middle_mib: late[0]!.resident_mib,
    end_mib: samples.at(-1)!.resident_mib,
    max_mib: Math.max(...samples.map(({ resident_mib }) => resident_mib)),
    mib_per_hour,
    /** A short run cannot tell. */
    is_flat: late.length < SAMPLES_MIN || mib_per_hour <= FLAT_PART_PER_HOUR * mean,
  };
}

/** Least squares, per second. */
function slope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const at = mean(samples.map(({ seconds }) => seconds));
  const of = mean(samples.map(({ resident_mib }) => resident_mib));
  let [above, below] = [0, 0];
  for (const { seconds, resident_mib } of samples) {
    above += (seconds - at) * (resident_mib - of);
    below += (seconds - at) ** 2;
  }
  return below === 0 ? 0 : above / below;
}
