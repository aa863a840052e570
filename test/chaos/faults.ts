// What goes wrong, and when: one thing after another happens to the server, while its neighbours have moods of their own.
import { setTimeout as wait } from "node:timers/promises";
import type { Random } from "../../scripts/training/random.ts";
import { type Door, MOODS } from "./door.ts";
import { oneOf, pick, type Stage, type Step } from "./stage.ts";

/** How often each fault came. */
export type Faults = Map<string, number>;

export interface Weather {
  readonly random: Random;
  readonly faults: Faults;
  /** Between two faults of the server, on average. */
  readonly calm_ms: number;
  setQuiet(quiet: boolean): void;
}

/** An object leaves the runtime's memory after ten seconds without a request. */
const QUIET_MS = 12_000;
const REFUSAL_MS_MAX = 4_000;
const FORWARD_MS_MAX = 90_000;
const BACK_MS_MAX = 20_000;
const MOOD_MS_MAX = 20_000;

export async function spoilServer(stage: Stage, weather: Weather): Promise<void> {
  const { random, faults, calm_ms, setQuiet } = weather;
  const { server, machine, outages } = stage;
  const kinds: (readonly [number, readonly [string, Step]])[] = [
    [4, ["kill", () => outages.during(() => killed(stage))]],
    [1, ["restart", () => outages.during(() => server.restart())]],
    [1, ["quiet", () => quiet()]],
  ];
  if (machine.canRefuse) {
    kinds.push([3, ["storage refusal", () => outages.during(() => refused(stage, random))]]);
    kinds.push([1, ["kill while storage refuses", () => outages.during(() => killed(stage, true))]]);
  }
  if (machine.canJump) {
    // Forward on the whole: a clock that goes back stands still in the objects until it is where it was.
    kinds.push([2, ["clock forward", async () => machine.jump((random() * FORWARD_MS_MAX) | 0)]]);
    kinds.push([1, ["clock back", async () => machine.jump(-((random() * BACK_MS_MAX) | 0))]]);
  }
  async function quiet(): Promise<void> {
    setQuiet(true);
    await wait(QUIET_MS);
    setQuiet(false);
  }
  while (!stage.isOver()) {
    await wait((0.5 + random()) * calm_ms);
    if (stage.isOver()) return;
    const [name, befall] = pick(random, kinds);
    faults.set(name, (faults.get(name) ?? 0) + 1);
    await befall();
  }
}

async function killed({ server, machine }: Stage, isRefusing = false): Promise<void> {
  if (isRefusing) machine.refuseWrites(server.pids.worker, true);
  await server.kill();
  await server.restart();
}

async function refused({ server, machine }: Stage, random: Random): Promise<void> {
  const { worker } = server.pids;
  machine.refuseWrites(worker, true);
  await wait(random() * REFUSAL_MS_MAX);
  machine.refuseWrites(worker, false);
}

/** Every neighbour changes its mood, for a while, and is itself again. */
export async function spoilNeighbour(
  stage: Stage,
  name: string,
  door: Door,
  weather: Weather,
): Promise<void> {
  const { random, faults, calm_ms } = weather;
  while (!stage.isOver()) {
    await wait((0.5 + random()) * calm_ms);
    if (stage.isOver()) break;
    const mood = oneOf(random, MOODS.slice(1))!;
    faults.set(`${name} ${mood}`, (faults.get(`${name} ${mood}`) ?? 0) + 1);
    await door.turn(mood);
    await wait(random() * Math.min(MOOD_MS_MAX, calm_ms));
    await door.turn("open");
  }
}
