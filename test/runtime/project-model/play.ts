// Plays one sequence on the product and in the model. What is sent at once may come in any order: some order of it
// must explain every answer and all that is stored. After each step the invariants are checked on the rows themselves.
import { vi } from "vitest";
import { toIso } from "../../../src/schema/text.ts";
import { Divergence, type Tally } from "../model/random-play.ts";
import type { Command, Off, Step } from "./commands.ts";
import { type Answer, Product, type StoredTask, whoIs } from "./product.ts";
import { apply, type Sent } from "./rules.ts";
import { closesCycle, copyOf, find, newWorld, settle, unsettledOf, type World } from "./world.ts";

const DAY_MS = 86_400_000;
/** A day ahead of the machine's time, so that no alarm rings by itself. */
const START_MS = Math.ceil(Date.now() / DAY_MS + 1) * DAY_MS;

export async function playSequence(steps: readonly Step[], tally: Tally): Promise<void> {
  const game = new Game(tally);
  await game.begin();
  for (const step of steps) await game.play(step);
}

class Game {
  readonly #product = new Product();
  readonly #tally: Tally;
  readonly #story: string[] = [];
  readonly #tokens = new Map<string, number>();
  readonly #events: string[] = [];
  #world: World = newWorld(START_MS);

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  async begin(): Promise<void> {
    vi.setSystemTime(START_MS);
    await this.#product.create();
    for (const priority of ["low", "high", "normal"] as const) {
      await this.#sendAll([{ kind: "create", by: "owner", waits_for: [], priority }]);
    }
  }

  async play(step: Step): Promise<void> {
    this.#moveBy(1);
    if ("at_once" in step) await this.#sendAll(step.at_once);
    else if ("jump_ms" in step) this.#moveBy(step.jump_ms);
    else if ("to_end_ms" in step) this.#moveToEnd(step.to_end_ms);
    else await (step.happens === "alarm" ? this.#product.ring() : this.#product.evict());
    if (!("at_once" in step)) this.#story.push(`${JSON.stringify(step)} → ${toIso(this.#world.now_ms)}`);
    if ("at_once" in step) return;
    settle(this.#world);
    await this.#compare([this.#world]);
  }

  async #sendAll(commands: readonly Command[]): Promise<void> {
    const sent = commands.map((command) => this.#address(command));
    const answers = await Promise.all(sent.map((each) => this.#product.send(each)));
    this.#tell(
      sent.map(({ command }) => command),
      answers,
    );
    const made = sent.map((each, index) => ({ ...each, made: answers[index]!.made }));
    const foretold = new Set<string>();
    const possible = orders(made.map((_, index) => index)).flatMap((order) => {
      const world = copyOf(this.#world);
      const outcomes: string[] = [];
      for (const index of order) outcomes[index] = apply(world, made[index]!);
      foretold.add(outcomes.join(", "));
      return outcomes.every((outcome, index) => outcome === answers[index]!.outcome) ? [world] : [];
    });
    if (possible.length === 0) this.#fail(`the model says: ${[...foretold].join(" or ")}`);
    for (const world of possible) settle(world);
    await this.#compare(possible);
  }

  /** Which tasks, version and token a command is sent with: as they are before any of its batch. */
  #address(drawn: Command): Omit<Sent, "made"> {
    const { tasks } = this.#world;
    const pick = (nth: number, among = tasks) => among.at(-1 - (nth % Math.max(1, among.length)));
    const held = tasks.filter(({ lease_ms }) => lease_ms !== null);
    const own = "held" in drawn && drawn.held ? pick(drawn.nth, held) : undefined;
    const command: Command = own ? { ...drawn, by: own.assigned_to! } : drawn;
    const nths = "nths" in command ? command.nths : "nth" in command ? [command.nth] : [];
    const waits_for = "waits_for" in command && tasks.length > 0 ? command.waits_for : [];
    const idOf = (nth: number) => pick(nth)?.id ?? "tsk_none";
    const ids = own ? [own.id] : [...nths.map(idOf), ...new Set(waits_for.map(idOf))];
    const row = find(this.#world, ids[0] ?? "");
    const offset = (off: Off, from: number) => (off === "any" ? null : Math.max(1, from + off));
    const version = "version" in command ? offset(command.version, row?.version ?? 1) : null;
    const token = "token" in command ? offset(command.token, row?.token ?? 1)! : 0;
    const versions = ids.map((id) => find(this.#world, id)?.version ?? 1);
    return { command, ids, version, versions, token };
  }

  /** Keeps a world that agrees with all that is stored, and checks what must hold in any. */
  async #compare(possible: readonly World[]): Promise<void> {
    const { rows, counts, changes } = await this.#product.look();
    const stored = JSON.stringify(rows.map(viewOfRow));
    const agreeing = possible.find((world) => JSON.stringify(viewOf(world)) === stored);
    if (!agreeing) this.#fail(`the model has ${JSON.stringify(viewOf(possible[0]!))}, not ${stored}`);
    this.#world = agreeing!;
    this.#checkRows(rows);
    const by_status = Object.fromEntries(
      Object.keys(counts.tasks).map((status) => [status, rows.filter((row) => row.status === status).length]),
    );
    if (JSON.stringify(by_status) !== JSON.stringify(counts.tasks)) {
      this.#fail(`counts ${JSON.stringify(counts.tasks)} of ${JSON.stringify(by_status)}`);
    }
    changes.forEach(({ number }, index) => {
      if (number !== index + 1) this.#fail(`change ${number} of the feed comes at ${index + 1}`);
    });
    const fed = new Set(changes.map(({ event_id }) => event_id));
    const missing = this.#events.filter((id) => !fed.has(id));
    if (missing.length > 0) this.#fail(`the feed lacks ${missing}`);
  }

  #checkRows(rows: readonly StoredTask[]): void {
    for (const row of rows) {
      const held = row.lease_expires_at_ms !== null;
      const working = ["claimed", "in_progress", "blocked"].includes(row.status);
      if (held && !(row.assigned_to !== null && working)) this.#fail(`${row.id} is held by nobody at work`);
      if (row.status === "claimed" && !held) this.#fail(`${row.id} is claimed by nobody`);
      if (row.fencing_token < (this.#tokens.get(row.id) ?? 0)) this.#fail(`the token of ${row.id} fell`);
      this.#tokens.set(row.id, row.fencing_token);
      const waits_for = row.waits_for === "" ? [] : row.waits_for.split(" ");
      if (closesCycle(this.#world, row.id, waits_for)) this.#fail(`${row.id} waits for itself`);
    }
  }

  #tell(commands: readonly Command[], answers: readonly Answer[]): void {
    commands.forEach((command, index) => {
      const { outcome, event_id } = answers[index]!;
      if (event_id !== null) this.#events.push(event_id);
      this.#story.push(`${JSON.stringify(command)} at ${toIso(this.#world.now_ms)}: ${outcome}`);
      const key = `${command.kind} ${outcome.split(" ")[0]}`;
      this.#tally.set(key, (this.#tally.get(key) ?? 0) + 1);
    });
  }

  #moveBy(ms: number): void {
    this.#world.now_ms += ms;
    vi.setSystemTime(this.#world.now_ms);
  }

  #moveToEnd(offset_ms: number): void {
    const ends = this.#world.tasks.flatMap(({ lease_ms }) => lease_ms ?? []);
    if (ends.length > 0) this.#moveBy(Math.max(0, Math.min(...ends) + offset_ms - this.#world.now_ms));
  }

  #fail(why: string): never {
    throw new Divergence(`${this.#story.map((line) => `  ${line}`).join("\n")}\n  ${why}`);
  }
}

const viewOf = (world: World) =>
  world.tasks.map((row) => [
    row.id,
    row.status,
    row.assigned_to,
    row.lease_ms,
    row.token,
    unsettledOf(world, row),
    row.version,
    [...row.waits_for].sort(),
  ]);

const viewOfRow = (row: StoredTask) => [
  row.id,
  row.status,
  whoIs(row.assigned_to),
  row.lease_expires_at_ms,
  row.fencing_token,
  row.blocked_by,
  row.version,
  row.waits_for === "" ? [] : row.waits_for.split(" ").sort(),
];

/** Every order of a few things. */
function orders(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item) =>
    orders(items.filter((each) => each !== item)).map((rest) => [item, ...rest]),
  );
}
