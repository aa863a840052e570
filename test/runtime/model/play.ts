// Plays one sequence on the product and in the model. After each command the worlds that foretold another outcome
// are dropped; when none is left, product and model have parted. At the end lists and rows are compared as well.

import { toIso } from "../../../src/schema/text.ts";
import type { Command, Sequence } from "./commands.ts";
import { rowsOf, sessionsOf } from "./comparison.ts";
import { travelThreshold_ms } from "./monitoring.ts";
import { Divergence, type Tally } from "./random-play.ts";
import { find, idleThreshold_ms } from "./sessions.ts";
import { Stage } from "./stage.ts";
import type { Step } from "./steps.ts";
import { play } from "./table.ts";
import { split, type World } from "./world.ts";

/** A handful is usual: sessions are few, and each contradiction halves them. */
const WORLDS_MAX = 256;

/** Throws a Divergence, with all that led to it, where the product does what no possible world foretold. */
export async function playSequence({ roles, mfa, devices, commands }: Sequence, tally: Tally): Promise<void> {
  const stage = new Stage();
  const story: string[] = [];
  const proof = { password: true, code: "wait", nonce: "fresh", age_ms: 0 } as const;
  const opening: Command[] = [
    { kind: "register", roles, mfa },
    ...devices.map((device) => ({ kind: "sign_in", device, move: "none", proof }) as const),
  ];
  for (const command of [...opening, ...commands, { kind: "ring" } as const]) {
    stage.tick();
    story.push(JSON.stringify(command));
    for await (const step of play(stage, command)) {
      tell(story, step.outcome, stage.world.clock_ms);
      const key = `${command.kind} ${step.outcome.replace(/ \d+$/, "")}`;
      tally.set(key, (tally.get(key) ?? 0) + 1);
      follow(stage, step, story);
    }
  }
  await compareAll(stage, story);
}

function follow(stage: Stage, step: Step, story: readonly string[]): void {
  const foretold = new Set<string>();
  const possible = stage.worlds.flatMap((world) => {
    step.before?.(world);
    return splitAll(world, step);
  });
  if (possible.length > WORLDS_MAX) throw new Error("the model has lost its way");
  const left = possible.filter((world) => {
    const expected = step.expect(world);
    foretold.add(expected);
    return expected === step.outcome;
  });
  if (left.length === 0) throw new Divergence(told(story, [...foretold].join(" or ")));
  stage.worlds = left;
}

/** Splits the world where the outcome hangs on a time that is known only to a minute. */
function splitAll(world: World, { sighting }: Step): World[] {
  let worlds = [world];
  for (const { id } of world.sessions) {
    const idle_ms = idleThreshold_ms(world);
    worlds = worlds.flatMap((each) => split(each, (of) => find(of, id)?.used, idle_ms));
  }
  if (!sighting) return worlds;
  const { id, source } = sighting;
  const travel_ms = travelThreshold_ms(world, id, source);
  if (travel_ms === null) return worlds;
  return worlds.flatMap((each) => split(each, (of) => find(of, id)?.seen.at, travel_ms));
}

async function compareAll(stage: Stage, story: readonly string[]): Promise<void> {
  const differences: string[] = [];
  for (const compare of [sessionsOf, rowsOf]) {
    const difference = await compare(stage);
    if (difference !== null) differences.push(difference);
  }
  if (differences.length > 0) throw new Divergence(told(story, differences.join("; ")));
}

const told = (story: readonly string[], expected: string): string =>
  `${story.map((line) => `  ${line}`).join("\n")}\n  the model says: ${expected}`;

/** What comes to the same many times over is told once. */
function tell(story: string[], outcome: string, at_ms: number): void {
  const last = story.at(-2) ?? "";
  if (last.startsWith("  at ") && story.at(-1)?.endsWith(`: ${outcome}`)) story.pop();
  story.push(`  at ${toIso(at_ms)}: ${outcome}`);
}
