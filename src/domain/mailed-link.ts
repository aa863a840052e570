// One-use links that travel by e-mail: how long each kind lives, how many an hour, how many tries one bears.

export const LINK_KINDS = ["recovery", "email", "unlock"] as const;
export type LinkKind = (typeof LINK_KINDS)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export const LINK_LIFETIME_MS: Readonly<Record<LinkKind, number>> = {
  recovery: 30 * MINUTE_MS,
  email: 24 * HOUR_MS,
  unlock: HOUR_MS,
};

/** Links made per account within an hour: whoever asks for more fills nobody's mailbox. */
const PER_HOUR_MAX: Readonly<Record<LinkKind, number>> = { recovery: 3, email: 3, unlock: 1 };

/** Tries with one link, right or wrong: three links an hour stay below the ceiling of the account's failures. */
export const LINK_TRIES_MAX = 5;

/** For how long a row is kept at least: what was made within the hour is counted. */
export const LINK_KEPT_MS = HOUR_MS;

export interface MailedLink {
  readonly expires_at_ms: number;
  readonly tries: number;
  readonly spent_at_ms: number | null;
}

/** Whether the link still opens anything; `trying` when the present try is counted already. */
export function isLive(link: MailedLink, now_ms: number, trying = false): boolean {
  const tries_left = trying ? link.tries <= LINK_TRIES_MAX : link.tries < LINK_TRIES_MAX;
  return link.spent_at_ms === null && now_ms < link.expires_at_ms && tries_left;
}

/** Milliseconds until another link of that kind may be made, 0 when it may now. `made_ms` in rising order. */
export function waitForLink(kind: LinkKind, made_ms: readonly number[], now_ms: number): number {
  const recent = made_ms.filter((at_ms) => at_ms > now_ms - HOUR_MS);
  const first = recent.at(-PER_HOUR_MAX[kind]);
  return first === undefined ? 0 : first + HOUR_MS - now_ms;
}
