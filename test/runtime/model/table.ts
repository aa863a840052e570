// Which command is played how: those of the session stand in steps.ts, those of the account and of time here.
import type { Order } from "../../../src/schema/messages/outbox.ts";
import { receive, register, ring } from "./account.ts";
import { admitToken } from "./admission.ts";
import type { Command, Decision } from "./commands.ts";
import { emptyMemory, endAllBut } from "./sessions.ts";
import type { Stage } from "./stage.ts";
import type { Step } from "./steps.ts";
import * as steps from "./steps.ts";
import { HOUR_MS, MINUTE_MS, type World } from "./world.ts";

/** Just short of what ends an idle session. */
const STAY_MS = 29 * MINUTE_MS;

/** Plays the command on the product; what it comes to may be no step, one, or many. */
export async function* play(stage: Stage, command: Command): AsyncGenerator<Step> {
  if (command.kind === "stay") yield* stay(stage, command);
  else {
    const step = await playOne(stage, command);
    if (step) yield step;
  }
}

function playOne(
  stage: Stage,
  command: Exclude<Command, { kind: "stay" }>,
): Promise<Step | null> | Step | null {
  switch (command.kind) {
    case "register":
      return registered(stage, command);
    case "sign_in":
      return steps.sign_in(stage, command);
    case "guess":
      return steps.guess(stage, command);
    case "admit":
      return steps.admitted(stage, command);
    case "renew":
      return steps.renewed(stage, command);
    case "begin_handoff":
      return steps.begin_handoff(stage, command);
    case "accept_handoff":
      return steps.accept_handoff(stage, command);
    case "step_up":
      return steps.step_up(stage, command);
    case "sign_out":
      return steps.sign_out(stage, command);
    case "end_session":
      return steps.end_session(stage, command);
    case "end_others":
      return steps.end_others(stage, command);
    case "end_all":
      return endedAll(stage);
    case "orders":
      return ordered(stage, command);
    case "create_token":
      return steps.create_token(stage, command);
    case "use_token":
      return usedToken(stage, command);
    case "revoke_token":
      return steps.revoke_token(stage, command);
    case "jump":
      return moveBy(stage, command.ms);
    case "to_edge": {
      const edges = stage.edges();
      const edge_ms = edges.at(command.nth % edges.length);
      // The next command comes a millisecond later.
      if (edge_ms !== undefined) stage.moveTo(edge_ms + command.offset_ms - 1);
      return null;
    }
    case "step_back":
      return stepBack(stage, command.ms);
    case "evict":
      return emptied(stage.product.evict());
    case "ring":
      return rung(stage);
  }
}

/** Every half an hour an admission, until the hours have passed or the session has ended. */
async function* stay(
  stage: Stage,
  { which, hours }: Extract<Command, { kind: "stay" }>,
): AsyncGenerator<Step> {
  const policy = { permission: null, recent_authentication: false, under_suspicion: true };
  for (let left_ms = hours * HOUR_MS; left_ms > 0; left_ms -= STAY_MS) {
    const step = await steps.admitted(stage, {
      kind: "admit",
      which,
      wrong_secret: false,
      move: "none",
      policy,
    });
    if (!step) return;
    yield step;
    if (step.outcome !== "ok") return;
    moveBy(stage, Math.min(left_ms, STAY_MS));
  }
}

async function registered(
  stage: Stage,
  { roles, mfa }: Extract<Command, { kind: "register" }>,
): Promise<Step> {
  const { outcome, value } = await stage.product.register(roles, mfa);
  const enrolment = value?.value.mfa ?? null;
  return { outcome, expect: (world) => register(world, roles, enrolment) };
}

async function endedAll(stage: Stage): Promise<Step> {
  const { outcome } = await stage.product.endAll();
  const expect = (world: World) => {
    if (!world.account) return "not_found";
    emptyMemory(world);
    return `ended ${endAllBut(world, null)}`;
  };
  return { outcome, expect };
}

/** As a workspace sends them: rows in sequence, versions rising; or late, twice, or past a gap. */
async function ordered(stage: Stage, command: Extract<Command, { kind: "orders" }>): Promise<Step | null> {
  const { account, next_order, clock_ms } = stage.world;
  // A workspace suspends and restores only whom it knows to be confirmed.
  const decisions = command.decisions.filter(
    (each) => !("status" in each) || account?.status !== "unconfirmed",
  );
  if (decisions.length === 0) return null;
  const first = Math.max(1, (next_order ?? 1) + command.row_offset);
  const version = (account?.order_version ?? 0) + 1 + command.version_offset;
  const orders = decisions.map((each, index) => orderOf(each, version + index, clock_ms));
  const { outcome } = await stage.product.receive(first, orders);
  const expect = (world: World) => {
    const taken = receive(world, { first, orders });
    return taken === "gone" ? taken : `next ${taken}`;
  };
  return { outcome, expect };
}

function orderOf(decision: Decision, version: number, now_ms: number): Order {
  const order = { kind: "order", version } as const;
  if (!("permission" in decision)) return { ...order, ...decision };
  const { permission, effect, for_ms } = decision;
  return { ...order, override: { permission, effect, until_ms: for_ms === null ? null : now_ms + for_ms } };
}

async function usedToken(
  stage: Stage,
  command: Extract<Command, { kind: "use_token" }>,
): Promise<Step | null> {
  const { nth, wrong_secret, for_tokens, permission } = command;
  const token = stage.api_tokens[nth % stage.api_tokens.length];
  if (!token) return null;
  const held = wrong_secret ? { ...token, secret: new Uint8Array(32) } : token;
  const { outcome } = await stage.product.useToken(held, for_tokens, permission);
  const expect = (world: World) =>
    wrong_secret ? "session_ended" : admitToken(world, token.id, for_tokens, permission);
  return { outcome, expect };
}

function moveBy(stage: Stage, ms: number): null {
  stage.moveTo(stage.wall_ms + ms);
  return null;
}

async function emptied(done: Promise<void>): Promise<Step> {
  await done;
  return { outcome: "done", before: emptyMemory, expect: () => "done" };
}

async function rung(stage: Stage): Promise<Step> {
  await stage.product.ring();
  const expect = (world: World) => {
    ring(world);
    return "done";
  };
  return { outcome: "done", before: emptyMemory, expect };
}

/** The stored time may lag by a second, and what the object has not stored it need not hold on to. */
async function stepBack(stage: Stage, ms: number): Promise<Step> {
  await stage.product.recordTime();
  const step = await rung(stage);
  stage.moveTo(stage.wall_ms - ms);
  return step;
}
