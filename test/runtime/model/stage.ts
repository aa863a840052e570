// What a sequence plays on: the product, the worlds that are still possible, the time, and all that was handed out.
import { vi } from "vitest";
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import { randomSecret } from "../../../src/protocol/random.ts";
import type { Source } from "../../../src/schema/messages/request.ts";
import type { ProofPlan, Which } from "./commands.ts";
import { type Held, Product } from "./product.ts";
import { freshCode, nextStep_ms, type Shown } from "./proofs.ts";
import { deadlinesOf, find } from "./sessions.ts";
import { DAY_MS, emptyWorld, HOUR_MS, MINUTE_MS, SECOND_MS, type World } from "./world.ts";

const STEP_MS = 30 * SECOND_MS;
/** A day ahead of the machine's time, so that no alarm rings by itself; at noon, whenever a sequence is played again. */
const START_MS = (Math.floor(Date.now() / DAY_MS) + 2.5) * DAY_MS;

export interface HeldSession extends Held {
  readonly source: Source;
}

export class Stage {
  readonly product = new Product();
  worlds: World[] = [emptyWorld()];
  /** Newest first, as everything that was handed out. */
  readonly sessions: HeldSession[] = [];
  readonly tickets: Held[] = [];
  readonly api_tokens: Held[] = [];
  #used_backup_code = "0000-0000-0000-0000";
  #last_nonce: string | null = null;
  #wall_ms = START_MS;

  constructor() {
    this.moveTo(START_MS);
  }

  /** Any of the possible worlds: they agree on all but how recently sessions were used. */
  get world(): World {
    return this.worlds[0]!;
  }

  /** The wall clock; the object's follows it forward only, for as long as there is an object. */
  get wall_ms(): number {
    return this.#wall_ms;
  }

  moveTo(wall_ms: number): void {
    this.#wall_ms = wall_ms;
    vi.setSystemTime(wall_ms);
    for (const world of this.worlds) {
      world.clock_ms = world.account ? Math.max(world.clock_ms, wall_ms) : wall_ms;
    }
  }

  /** No two commands at the same moment, but while the clock is catching up after a step back. */
  tick(): void {
    this.moveTo(this.#wall_ms + 1);
  }

  pick({ alive, nth }: Which): HeldSession | undefined {
    const from = alive ? this.sessions.filter(({ id }) => find(this.world, id)) : this.sessions;
    return from[nth % from.length];
  }

  /** Times at which something ends that the design gives a time, in order, from now on. */
  edges(): number[] {
    const { account, clock_ms, overrides, api_tokens, failures_ms, nonces } = this.world;
    const edges = [
      ...deadlinesOf(this.world),
      ...overrides.flatMap(({ until_ms }) => until_ms ?? []),
      ...api_tokens.map(({ expires_at_ms }) => expires_at_ms),
      ...failures_ms.map((at_ms) => at_ms + HOUR_MS),
      ...nonces.flatMap(({ forget_at_ms }) => [forget_at_ms - MINUTE_MS, forget_at_ms]),
      ...(account?.expires_at_ms ? [account.expires_at_ms] : []),
    ];
    return [...new Set(edges)].filter((at_ms) => at_ms > clock_ms + 1).sort((a, b) => a - b);
  }

  /** What is shown as proof, by plan. May go on in time, to a code that was not used yet. */
  prove({ password, code: plan, nonce: how, age_ms }: ProofPlan, { address }: Source): Shown {
    const backup = plan.endsWith("backup");
    const code = backup ? this.#backupCode(plan) : this.#code(plan);
    const nonce = (how === "replayed" ? this.#last_nonce : null) ?? randomSecret();
    this.#last_nonce = nonce;
    return { password, code, backup, nonce, timestamp_ms: this.world.clock_ms - age_ms, address };
  }

  #code(plan: ProofPlan["code"]): string | null {
    const secret = this.world.account?.totp_secret;
    if (!secret || plan === "none") return null;
    if (plan === "wait" && freshCode(this.world) === null) {
      this.moveTo(this.#wall_ms + nextStep_ms(this.world.clock_ms) - this.world.clock_ms);
    }
    const { clock_ms, account } = this.world;
    if (plan === "used") return totpAt(secret, Math.max(0, account!.last_step) * STEP_MS);
    if (plan === "late") return totpAt(secret, clock_ms - 2 * STEP_MS);
    if (plan === "ahead") return totpAt(secret, clock_ms + 2 * STEP_MS);
    return freshCode(this.world) ?? totpAt(secret, clock_ms);
  }

  #backupCode(plan: ProofPlan["code"]): string | null {
    if (plan === "used_backup") return this.#used_backup_code;
    const code = this.world.account?.backup_codes[0];
    if (!code) return null;
    this.#used_backup_code = code;
    return plan === "lower_backup" ? code.toLowerCase() : code;
  }
}
