// Requests are drawn as data with the examples' made-up ids, names and proofs; on sending, whatever of these is still as
// in the example becomes what holds at that moment. So a drawn request means the same in every world, and shrinks.
import { randomBytes } from "node:crypto";
import { inlineSchema } from "../../src/api/openapi/json-schema.ts";
import { sampleOf } from "../../src/api/openapi/sample.ts";
import type { Operation } from "../../src/api/operation.ts";
import { operationList } from "../../src/api/operations/index.ts";
import { totpAt } from "../../src/protocol/one-time-code.ts";
import { type CallerName, URL_OF_NOBODY, type World } from "./world.ts";

const ID = /\b([a-z]{3})_[0-9a-hjkmnp-tv-z]{26}\b/gu;
/** Of each kind: the newest, which may be gone again. */
const KEPT = 4;

/** Ids and one-use secrets that answers have shown. */
export class Seen {
  readonly #ids = new Map<string, string[]>();
  readonly #secrets = new Map<string, unknown>();

  learn(text: string): void {
    for (const [id, prefix] of text.matchAll(ID)) {
      const known = this.#ids.get(prefix!) ?? [];
      if (!known.includes(id)) this.#ids.set(prefix!, [id, ...known].slice(0, KEPT));
    }
    for (const name of ["ticket", "fencing_token"]) {
      const found = new RegExp(`"${name}":("[^"]*"|\\d+)`, "u").exec(text)?.[1];
      if (found) this.#secrets.set(name, JSON.parse(found));
    }
  }

  /** The id at home first, then newer ones of its kind. */
  id(home: string, choice: number): string {
    const all = [home, ...(this.#ids.get(home.slice(0, 3)) ?? [])];
    return all[choice % all.length]!;
  }

  secret(name: string): unknown {
    return this.#secrets.get(name);
  }
}

/** The body that its document shows, and one with every member that its schema knows. */
export const bodiesOf = ({ body, example }: Operation): readonly unknown[] =>
  body ? [example ?? {}, sampleOf(inlineSchema(body))] : [];

/** What these say of members that only hold once, or for one caller: `name=value`. */
const MADE_UP = new Set(
  operationList
    .flatMap(([, operation]) => bodiesOf(operation).flatMap(membersOf))
    .map(([name, value]) => keyOf(name, value)),
);

let made = 0;

/** The body as it is sent in that world by that caller. */
export function live(
  operation: string,
  body: unknown,
  caller: CallerName,
  world: World,
  seen: Seen,
): unknown {
  const { person } = world.callers[caller];
  const mfa = person?.totp_secret;
  const fresh = () => {
    made += 1;
    return made;
  };
  const values: Record<string, (value: unknown) => unknown> = {
    username: () => (operation === "register" ? `newcomer${fresh()}` : (person?.username ?? "owner")),
    password: (value) => (operation === "register" ? value : (person?.password ?? value)),
    mfa_code: () => (mfa ? totpAt(mfa, Date.now()) : undefined),
    nonce: () => randomBytes(32).toString("base64url"),
    timestamp: () => Date.now() / 1000,
    name: (value) => (/^[a-z]+(?:-1)?$/u.test(String(value)) ? `${value}-${fresh()}` : value),
    x: () => randomBytes(32).toString("base64url"),
    url: () => URL_OF_NOBODY,
    ticket: (value) => seen.secret("ticket") ?? value,
    fencing_token: (value) => seen.secret("fencing_token") ?? value,
  };
  const revive = (name: string, value: unknown): unknown => {
    const alive = values[name];
    return alive && MADE_UP.has(keyOf(name, value)) ? alive(value) : value;
  };
  const signs_in = typeof body === "object" && body !== null && Object.hasOwn(body, "username");
  const whole =
    signs_in && !Object.hasOwn(body, "workspace") ? { workspace: world.workspace, ...body } : body;
  return liveIds(JSON.parse(JSON.stringify(whole, revive) ?? "null"), world);
}

/** The value with each made-up id replaced by one of its kind that is there. */
export function liveIds(value: unknown, { params }: World): unknown {
  const homes = new Map(Object.values(params).map((id) => [id.slice(0, 3), id]));
  const text = JSON.stringify(value).replaceAll(ID, (id, prefix: string) => homes.get(prefix) ?? id);
  return JSON.parse(text);
}

function keyOf(name: string, value: unknown): string {
  return `${name}=${JSON.stringify(value)}`;
}

function membersOf(value: unknown): (readonly [string, unknown])[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [[name, inner] as const, ...membersOf(inner)]);
}
