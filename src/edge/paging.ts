// Cursors at the edge: positions are signed for one caller and one list, so that none can be made up or moved.

import type { Operation } from "../api/operation.ts";
import { openCursor, signCursor } from "../protocol/cursor.ts";
import type { KeyRing } from "../protocol/key-ring.ts";
import type { Actor, Page, PagePosition } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";
import type { Reply } from "./call.ts";

interface ListCall {
  readonly operation: Operation;
  readonly actor: Actor;
  readonly query: { readonly limit: number; readonly cursor?: string | undefined } & Record<string, unknown>;
  readonly params: unknown;
  readonly config: { readonly key_ring: KeyRing };
}

type ListBody<Name extends string, Item> = { [N in Name]: Item[] } & {
  count: number;
  next_cursor: string | null;
};

/** Reads the position, fetches the page, and signs the position of the next. */
export async function replyPage<const Name extends string, Item>(
  call: ListCall,
  name: Name,
  fetchPage: (limit: number, after: PagePosition | null) => Promise<Result<Page<Item>>>,
): Promise<Result<Reply<ListBody<Name, Item>>>> {
  const after = await positionOf(call);
  if (!after.ok) return after;
  const page = await fetchPage(call.query.limit, after.value);
  if (!page.ok) return page;
  const { items, next } = page.value;
  const ring = call.config.key_ring;
  const key = await ring.deriveMac(ring.newest.key_id, PURPOSE);
  const next_cursor = next === null ? null : await signCursor(key, scopeOf(call), next);
  const body = { [name]: [...items], count: items.length, next_cursor } as ListBody<Name, Item>;
  return ok({ body });
}

const PURPOSE = "cursor";

async function positionOf(call: ListCall): Promise<Result<PagePosition | null>> {
  const { cursor } = call.query;
  if (cursor === undefined) return ok(null);
  for (const id of call.config.key_ring.ids()) {
    const key = await call.config.key_ring.deriveMac(id, PURPOSE);
    const position = await openCursor(key, scopeOf(call), cursor);
    if (typeof position === "string" || typeof position === "number") return ok(position);
  }
  const detail = "not a cursor of this list: take next_cursor from its last page, with the same filters";
  return refuse("invalid_input", { errors: [{ pointer: "/query/cursor", detail }] });
}

function scopeOf({ operation, actor, query, params }: ListCall): string {
  const { limit: _limit, cursor: _cursor, ...filters } = query;
  return JSON.stringify([operation.path, actor.workspace, actor.principal_id, params, filters]);
}
