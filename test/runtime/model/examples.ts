// Sequences that once set product and model apart, or that chance rarely finds: played before all others.
import type { Command, ProofPlan, Sequence } from "./commands.ts";
import type { Move } from "./sources.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./world.ts";

const which = { alive: true, nth: 0 } as const;
const proof: ProofPlan = { password: true, code: "wait", nonce: "fresh", age_ms: 0 };
const jump = (ms: number): Command => ({ kind: "jump", ms });
const evict: Command = { kind: "evict" };

const admit = (move: Move, under_suspicion = false): Command => ({
  kind: "admit",
  which,
  wrong_secret: false,
  move,
  policy: { permission: null, recent_authentication: false, under_suspicion },
});

const played = (...commands: Command[]): Sequence => ({
  roles: ["USER"],
  mfa: true,
  devices: ["laptop"],
  commands,
});

export const EXAMPLES: readonly Sequence[] = [
  // What raised a session's risk stays with it when it is renewed.
  played(
    admit("strasbourg"),
    { kind: "renew", which, move: "none" },
    admit("other_fingerprint"),
    admit("none"),
  ),
  // Where a session was seen last is known after an eviction, to the minute.
  played(jump(20 * MINUTE_MS), admit("none"), evict, jump(2 * MINUTE_MS), admit("milan")),
  played(jump(20 * MINUTE_MS), admit("milan"), evict, jump(MINUTE_MS), admit("milan"), admit("none")),
  // A ticket moves nothing once the session's deadline has passed.
  played(
    { kind: "stay", which, hours: 23.75 },
    { kind: "to_edge", nth: 0, offset_ms: -30 * SECOND_MS },
    { kind: "begin_handoff", which },
    jump(30 * SECOND_MS),
    {
      kind: "accept_handoff",
      nth: 0,
      wrong_secret: false,
      device: "phone",
      proof: { ...proof, code: "fresh" },
    },
  ),
  // The time does not run backward, whatever the machine's clock does.
  played(
    {
      kind: "orders",
      decisions: [{ permission: "system:audit", effect: "grant", for_ms: 10 * SECOND_MS }],
      version_offset: 0,
      row_offset: 0,
    },
    jump(10 * SECOND_MS),
    { kind: "step_back", ms: 5 * SECOND_MS },
    {
      kind: "admit",
      which,
      wrong_secret: false,
      move: "none",
      policy: { permission: "system:audit", recent_authentication: false, under_suspicion: false },
    },
  ),
  // Nobody confirms an account after its day, and its name is free again.
  {
    ...played(
      { kind: "jump", ms: DAY_MS },
      { kind: "sign_in", device: "laptop", move: "none", proof },
      { kind: "ring" },
    ),
    devices: [],
  },
  played(jump(7 * HOUR_MS), { kind: "sign_in", device: "phone", move: "none", proof }),
];
