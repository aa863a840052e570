// One command, played on the product and foretold by the model: sessions, and what they are used for.

import type { Actor, Source } from "../../../src/schema/messages/request.ts";
import { confirm } from "./account.ts";
import { admit, createToken, type Policy } from "./admission.ts";
import type { Command, ProofPlan, Which } from "./commands.ts";
import type { Answer } from "./product.ts";
import { networkOf, prove } from "./proofs.ts";
import {
  acceptHandoff,
  begin,
  beginHandoff,
  emptyMemory,
  endAllBut,
  endFamily,
  find,
  movedBy,
  renew,
} from "./sessions.ts";
import { DEVICES, type Move, moved } from "./sources.ts";
import type { HeldSession, Stage } from "./stage.ts";
import { hasFactor, type World } from "./world.ts";

/** What the product answered, and what the model answers in a world that it changes on the way. */
export interface Step {
  readonly outcome: string;
  /** What happens to the world before anything is decided. */
  readonly before?: (world: World) => void;
  /** Who is seen where: it may depend on a last use that is known only to a minute. */
  readonly sighting?: { readonly id: string; readonly source: Source };
  readonly expect: (world: World) => string;
}

type Of<Kind extends Command["kind"]> = Extract<Command, { kind: Kind }>;
type Play<Kind extends Command["kind"]> = (stage: Stage, command: Of<Kind>) => Promise<Step | null>;

const OPEN: Policy = { permission: null, recent_authentication: false, under_suspicion: false };
const SENSITIVE: Policy = { ...OPEN, recent_authentication: true };
const WAY_OUT: Policy = { ...OPEN, under_suspicion: true };
const FAILED = "authentication_failed";

interface Acted {
  readonly outcome: string;
  readonly expect: (world: World) => string;
}

/** Admits, then acts as whoever was admitted. */
async function through(
  stage: Stage,
  { which, move = "none" }: { readonly which: Which; readonly move?: Move },
  policy: Policy,
  act: (actor: Actor, held: HeldSession, source: Source) => Promise<Acted>,
): Promise<Step | null> {
  const held = stage.pick(which);
  if (!held) return null;
  const source = moved(held.source, move);
  const admitted = await stage.product.admit(held, source, policy);
  const acted = admitted.value && (await act(admitted.value, held, source));
  return {
    outcome: acted?.outcome ?? admitted.outcome,
    sighting: { id: held.id, source },
    expect(world) {
      const decision = admit(world, held.id, source, policy);
      if (decision !== "ok" || !acted) return decision;
      // A change empties the object's memory.
      emptyMemory(world);
      return acted.expect(world);
    },
  };
}

/** Keeps the session that was handed out, if one was. */
function keep(stage: Stage, { value }: Answer<{ id: string; secret: Uint8Array }>, source: Source): string {
  if (value) stage.sessions.unshift({ ...value, source });
  return value?.id ?? "";
}

export const sign_in: Play<"sign_in"> = async (stage, { device, move, proof }) => {
  const source = moved(DEVICES[device], move);
  const shown = stage.prove(proof, source);
  const answer = await stage.product.signIn(shown, source);
  const id = keep(stage, answer, source);
  const expect = (world: World) => {
    if (!prove(world, shown)) return FAILED;
    confirm(world);
    const network = networkOf(source.address);
    if (!world.networks.includes(network)) world.networks.push(network);
    begin(world, id, source);
    return "ok";
  };
  return { outcome: answer.outcome, before: emptyMemory, expect };
};

export const guess: Play<"guess"> = async (stage, { times, device }) => {
  const source = DEVICES[device];
  for (let time = 0; time < times; time += 1) await stage.product.guess(source);
  const expect = (world: World) => {
    if (!world.account) return "counted";
    for (let time = 0; time < times; time += 1) world.failures_ms.push(world.clock_ms);
    return "counted";
  };
  return { outcome: "counted", expect };
};

export const admitted: Play<"admit"> = async (stage, { which, wrong_secret, move, policy }) => {
  const held = stage.pick(which);
  if (!held) return null;
  const source = moved(held.source, move);
  const secret = wrong_secret ? new Uint8Array(32) : held.secret;
  const { outcome } = await stage.product.admit({ id: held.id, secret }, source, policy);
  if (wrong_secret) return { outcome, expect: () => "session_ended" };
  return {
    outcome,
    sighting: { id: held.id, source },
    expect: (world) => admit(world, held.id, source, policy),
  };
};

export const renewed: Play<"renew"> = (stage, command) =>
  through(stage, command, OPEN, async (actor, held, source) => {
    const answer = await stage.product.renew(actor, source);
    const id = keep(stage, answer, source);
    return { outcome: answer.outcome, expect: (world) => renew(world, held.id, id, source) };
  });

export const begin_handoff: Play<"begin_handoff"> = (stage, command) =>
  through(stage, command, OPEN, async (actor, held) => {
    const { outcome, value } = await stage.product.beginHandoff(actor);
    if (value) stage.tickets.unshift(value);
    return { outcome, expect: (world) => beginHandoff(world, held.id, value?.id ?? "") };
  });

export const accept_handoff: Play<"accept_handoff"> = async (stage, command) => {
  const ticket = stage.tickets[command.nth % stage.tickets.length];
  if (!ticket) return null;
  const { id, secret } = ticket;
  const source = DEVICES[command.device];
  const shown = { ...stage.prove(command.proof, source), password: null };
  const held = { id, secret: command.wrong_secret ? new Uint8Array(32) : secret };
  const answer = await stage.product.acceptHandoff(held, shown, source);
  const new_id = keep(stage, answer, source);
  const expect = (world: World) => {
    const moves = () => hasFactor(world) && !command.wrong_secret && movedBy(world, id) !== null;
    if (!prove(world, shown, moves)) return FAILED;
    acceptHandoff(world, id, new_id, source);
    return "ok";
  };
  return { outcome: answer.outcome, before: emptyMemory, expect };
};

export const step_up: Play<"step_up"> = (stage, command) => {
  const shown = proofOfHolder(stage, command.which, command.proof);
  return through(stage, command, WAY_OUT, async (actor, held, source) => {
    const given = { ...shown, address: source.address };
    const { outcome } = await stage.product.stepUp(actor, given, source);
    const expect = (world: World) => {
      if (!prove(world, given)) return FAILED;
      find(world, held.id)!.authenticated_at_ms = world.clock_ms;
      return "ok";
    };
    return { outcome, expect };
  });
};

const proofOfHolder = (stage: Stage, which: Which, proof: ProofPlan) =>
  stage.prove(proof, stage.pick(which)?.source ?? DEVICES.laptop);

export const sign_out: Play<"sign_out"> = (stage, command) =>
  through(stage, command, WAY_OUT, async (actor, held) => {
    const { outcome } = await stage.product.signOut(actor);
    return { outcome, expect: (world) => endOne(world, held.id) };
  });

export const end_session: Play<"end_session"> = async (stage, command) => {
  const other = stage.pick(command.other);
  if (!other) return null;
  return through(stage, command, OPEN, async (actor) => {
    const { outcome } = await stage.product.endSession(actor, other.id);
    return { outcome, expect: (world) => endOne(world, other.id) };
  });
};

function endOne(world: World, id: string): string {
  const session = find(world, id);
  if (!session) return "not_found";
  endFamily(world, session.family);
  return "ok";
}

export const end_others: Play<"end_others"> = (stage, command) =>
  through(stage, command, OPEN, async (actor, held) => {
    const { outcome } = await stage.product.endOthers(actor);
    return { outcome, expect: (world) => `ended ${endAllBut(world, find(world, held.id)!.family)}` };
  });

export const create_token: Play<"create_token"> = (stage, command) =>
  through(stage, command, SENSITIVE, async (actor) => {
    const { permissions, days } = command;
    const { outcome, value } = await stage.product.createToken(actor, permissions, days);
    if (value) stage.api_tokens.unshift(value);
    return { outcome, expect: (world) => createToken(world, value?.id ?? "", permissions, days) };
  });

export const revoke_token: Play<"revoke_token"> = async (stage, command) => {
  const token = stage.api_tokens[command.nth % stage.api_tokens.length];
  if (!token) return null;
  return through(stage, command, OPEN, async (actor) => {
    const { outcome } = await stage.product.revokeToken(actor, token.id);
    const expect = (world: World) => {
      const kept = world.api_tokens.filter(({ id }) => id !== token.id);
      const found = kept.length < world.api_tokens.length;
      world.api_tokens = kept;
      return found ? "ok" : "not_found";
    };
    return { outcome, expect };
  });
};
