// Keyset pages: a full page ends with the position of its last item.
import type { Page, PagePosition } from "../src/schema/messages/request.ts";

export function pageOf<Item>(
  items: readonly Item[],
  limit: number,
  positionOf: (item: Item) => PagePosition,
): Page<Item> {
  return { items, next: items.length === limit ? positionOf(items.at(-1)!) : null };
}
