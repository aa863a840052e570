// The model's proofs of identity: attempts, the account's ceiling, nonces and their window, one-time and backup codes.
import { totpAt } from "../../../src/protocol/one-time-code.ts";
import { HOUR_MS, hasFactor, MINUTE_MS, SECOND_MS, type World } from "./world.ts";

const STEP_MS = 30 * SECOND_MS;
const NONCE_WINDOW_MS = 5 * MINUTE_MS;
const SKEW_MS = MINUTE_MS;
const FAILURES_PER_HOUR_MAX = 20;

/** What somebody shows to prove who they are. */
export interface Shown {
  readonly password: boolean | null;
  readonly code: string | null;
  readonly backup: boolean;
  readonly nonce: string;
  readonly timestamp_ms: number;
  readonly address: string;
}

/** IPv4 by its /24, IPv6 by its /48; the addresses of the model are written out in full. */
export function networkOf(address: string): string {
  const separator = address.includes(":") ? ":" : ".";
  return address.split(separator).slice(0, 3).join(separator);
}

/** The first code of a step in reach that was not used yet; null when all of them are used up. */
export function freshCode({ account, clock_ms }: World): string | null {
  if (!account?.totp_secret) return null;
  const now = Math.floor(clock_ms / STEP_MS);
  const step = Math.max(now - 1, account.last_step + 1);
  return step > now + 1 ? null : totpAt(account.totp_secret, step * STEP_MS);
}

/** When the next step begins. */
export const nextStep_ms = (clock_ms: number): number => (Math.floor(clock_ms / STEP_MS) + 1) * STEP_MS;

/** The attempt is counted first; a proof that holds takes its count back and spends what it used. */
export function prove(world: World, shown: Shown, more: () => boolean = () => true): boolean {
  const { account, clock_ms, failures_ms } = world;
  if (!account) return false;
  const recent = failures_ms.filter((at_ms) => at_ms > clock_ms - HOUR_MS).length;
  const admitted = recent < FAILURES_PER_HOUR_MAX || world.networks.includes(networkOf(shown.address));
  failures_ms.push(clock_ms);
  const code = judgeCode(world, shown);
  const holds = admitted && judgeNonce(world, shown) && account.status !== "suspended" && !hasExpired(world);
  if (!holds || shown.password === false || !code || !more()) return false;
  failures_ms.pop();
  const { nonce, timestamp_ms } = shown;
  world.nonces.push({ nonce, forget_at_ms: timestamp_ms + NONCE_WINDOW_MS + SKEW_MS });
  code();
  return true;
}

export const hasExpired = ({ account, clock_ms }: World): boolean =>
  account?.expires_at_ms != null && clock_ms >= account.expires_at_ms;

/** Spent nonces are forgotten only by housekeeping, once their window has passed for certain. */
function judgeNonce({ nonces, clock_ms }: World, { nonce, timestamp_ms }: Shown): boolean {
  const in_window = timestamp_ms >= clock_ms - NONCE_WINDOW_MS && timestamp_ms <= clock_ms + SKEW_MS;
  return in_window && !nonces.some((spent) => spent.nonce === nonce);
}

/** What spending the code does; null when it does not hold. */
function judgeCode(world: World, { code, backup }: Shown): (() => void) | null {
  const account = world.account!;
  if (account.totp_secret === null) return () => {};
  if (code === null) return null;
  if (backup) {
    const canonical = code.toUpperCase();
    // A first sign-in must show that the authenticator works.
    if (!hasFactor(world) || !account.backup_codes.includes(canonical)) return null;
    return () => {
      account.backup_codes = account.backup_codes.filter((each) => each !== canonical);
    };
  }
  const now = Math.floor(world.clock_ms / STEP_MS);
  const steps = [now + 1, now, now - 1].filter((step) => step > account.last_step);
  const step = steps.find((each) => totpAt(account.totp_secret!, each * STEP_MS) === code);
  return step === undefined
    ? null
    : () => {
        account.last_step = step;
      };
}

/** What the object forgets when its alarm rings. */
export function forgetOldProofs(world: World): void {
  // Nonces in company: once the first has been due for a minute.
  const first_ms = Math.min(...world.nonces.map(({ forget_at_ms }) => forget_at_ms));
  if (first_ms + 60_000 <= world.clock_ms)
    world.nonces = world.nonces.filter(({ forget_at_ms }) => forget_at_ms > world.clock_ms);
  world.failures_ms = world.failures_ms.filter((at_ms) => at_ms > world.clock_ms - HOUR_MS);
}
