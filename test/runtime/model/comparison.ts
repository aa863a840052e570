// What a sequence leaves behind, compared after a last alarm: the list of sessions as its owner sees it, field by
// field, and how many rows each table holds.
import { toIso } from "../../../src/schema/text.ts";
import { scoreOf } from "./monitoring.ts";
import { listed } from "./sessions.ts";
import type { Stage } from "./stage.ts";
import type { World } from "./world.ts";

/** Keeps the worlds that agree with the list; answers what differs when none does. */
export async function sessionsOf(stage: Stage): Promise<string | null> {
  if (!stage.world.account) return null;
  const shown = (await stage.product.sessions()).map((session) => ({
    id: session.id,
    created_at: session.created_at,
    authenticated_at: session.authenticated_at,
    expires_at: session.expires_at,
    score: session.risk.score,
    used_ms: Date.parse(session.last_used_at),
  }));
  const text = JSON.stringify(shown.map(({ used_ms: _, ...fields }) => fields));
  const agrees = (world: World) =>
    text === JSON.stringify(viewOf(world)) &&
    listed(world).every(({ used: { from_ms, to_ms } }, index) => {
      const { used_ms } = shown[index]!;
      return from_ms <= used_ms && used_ms <= to_ms;
    });
  const left = stage.worlds.filter(agrees);
  if (left.length === 0) {
    const spans = listed(stage.world).map(({ used }) => used);
    return `sessions ${JSON.stringify(viewOf(stage.world))} last used ${JSON.stringify(spans)}, not ${JSON.stringify(shown)}`;
  }
  stage.worlds = left;
  return null;
}

const viewOf = (world: World) =>
  listed(world).map((session) => ({
    id: session.id,
    created_at: toIso(session.created_at_ms),
    authenticated_at: toIso(session.authenticated_at_ms),
    expires_at: toIso(session.deadline_ms),
    score: scoreOf(session),
  }));

const COUNTS: Readonly<Record<string, (world: World) => number>> = {
  session: ({ sessions }) => sessions.length,
  handoff: ({ tickets }) => tickets.length,
  nonce: ({ nonces }) => nonces.length,
  failure: ({ failures_ms }) => failures_ms.length,
  override: ({ overrides }) => overrides.length,
  api_token: ({ api_tokens }) => api_tokens.length,
  known_network: ({ networks }) => networks.length,
  "backup_code WHERE used_at_ms IS NULL": ({ account }) => account!.backup_codes.length,
};

/** Whether a possible world has as many rows everywhere; answers what differs when none has. */
export async function rowsOf({ product, worlds, world }: Stage): Promise<string | null> {
  if (!world.account) return null;
  const counted = new Map<string, number>();
  for (const what of Object.keys(COUNTS)) counted.set(what, await product.count(what));
  const differences = (each: World) =>
    [...counted].flatMap(([what, count]) => {
      const expected = COUNTS[what]!(each);
      return expected === count ? [] : [`${expected} rows of ${what}, not ${count}`];
    });
  if (worlds.some((each) => differences(each).length === 0)) return null;
  return differences(world).join(", ");
}
