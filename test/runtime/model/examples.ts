// Sequences that once set product and model apart, or that chance rarely finds: played before all others.
import type { Permission } from "../../../src/schema/role.ts";
import type { Command, ProofPlan, Sequence } from "./commands.ts";
import type { Move } from "./sources.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./world.ts";

const which = { alive: true, nth: 0 } as const;
const proof: ProofPlan = { password: true, code: "wait", nonce: "fresh", age_ms: 0 };
const jump = (ms: number): Command => ({ kind: "jump", ms });
const toEdge = (offset_ms: number): Command => ({ kind: "to_edge", nth: 0, offset_ms });
const stay = (hours: number): Command => ({ kind: "stay", which, hours });
const signIn: Command = { kind: "sign_in", device: "laptop", move: "none", proof };
const evict: Command = { kind: "evict" };

const admit = (move: Move, permission: Permission | null = null): Command => ({
  kind: "admit",
  which,
  wrong_secret: false,
  move,
  policy: { permission, recent_authentication: false, under_suspicion: false },
});

const except = (effect: "grant" | "deny", permission: Permission): Command => ({
  kind: "orders",
  decisions: [{ permission, effect, for_ms: 10 * SECOND_MS }],
  version_offset: 0,
  row_offset: 0,
});

const played = (...commands: Command[]): Sequence => ({
  roles: ["USER"],
  mfa: true,
  devices: ["laptop"],
  commands,
});

/** Just before, at and just after. */
const AROUND_MS = [-1, 0, 1];

export const EXAMPLES: readonly Sequence[] = [
  // What raised a session's risk stays with it when it is renewed.
  played(
    admit("strasbourg"),
    { kind: "renew", which, move: "none" },
    admit("other_fingerprint"),
    admit("none"),
  ),
  // An authentication clears what raised the risk; what it was used from is not new again, and all else counts anew.
  played(
    admit("strasbourg_other_fingerprint"),
    jump(MINUTE_MS),
    { kind: "step_up", which, move: "strasbourg_other_fingerprint", proof },
    jump(30 * MINUTE_MS - SECOND_MS),
    evict,
    admit("none"),
    admit("strasbourg_other_fingerprint"),
    jump(20 * MINUTE_MS),
    admit("milan_third_fingerprint"),
    admit("none"),
  ),
  // Where a session was seen last is known after an eviction, to the minute.
  played(jump(20 * MINUTE_MS), admit("none"), evict, jump(2 * MINUTE_MS), admit("milan")),
  played(jump(20 * MINUTE_MS), admit("milan"), evict, jump(MINUTE_MS), admit("milan"), admit("none")),
  // A ticket moves nothing once the session's deadline has passed.
  played(stay(23.75), toEdge(-30 * SECOND_MS), { kind: "begin_handoff", which }, jump(30 * SECOND_MS), {
    kind: "accept_handoff",
    nth: 0,
    wrong_secret: false,
    device: "phone",
    proof: { ...proof, code: "fresh" },
  }),
  // Absolute deadlines, and exceptions to the roles, hold to the millisecond.
  ...AROUND_MS.map((offset_ms) => played(stay(23.75), toEdge(offset_ms), admit("none"))),
  ...AROUND_MS.map((offset_ms) => ({
    ...played(stay(7.75), toEdge(offset_ms), admit("none")),
    roles: ["ADMIN"] as const,
  })),
  ...AROUND_MS.flatMap((offset_ms) => [
    played(except("grant", "system:audit"), toEdge(offset_ms), admit("none", "system:audit")),
    played(except("deny", "project:list"), toEdge(offset_ms), admit("none", "project:list")),
  ]),
  // What has ended does not begin again when the machine's clock steps back.
  played(
    except("grant", "system:audit"),
    jump(10 * SECOND_MS),
    { kind: "step_back", ms: 5 * SECOND_MS },
    admit("none", "system:audit"),
  ),
  // Nobody confirms an account after its day, and its name is free again.
  {
    ...played(
      jump(DAY_MS),
      signIn,
      { kind: "ring" },
      { kind: "register", roles: ["USER"], mfa: false },
      signIn,
    ),
    devices: [],
  },
  played(jump(7 * HOUR_MS), signIn),
];
