// Lists: `limit` and an opaque `cursor` in, `count` and `next_cursor` out.
import * as v from "valibot";
import { context } from "../schema/context.ts";

export const LIMIT_MAX = 200;

export const PageQuery = {
  limit: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[0-9]{1,3}$/u, `expected a number from 1 to ${LIMIT_MAX}`),
      v.transform(Number),
      v.minValue(1, `expected a number from 1 to ${LIMIT_MAX}`),
      v.maxValue(LIMIT_MAX, `expected a number from 1 to ${LIMIT_MAX}`),
    ),
    "50",
  ),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(1024), context("secret"))),
};

export const page = <const Name extends string, Item extends v.GenericSchema>(name: Name, item: Item) =>
  v.object({
    ...({ [name]: v.array(item) } as { [N in Name]: v.ArraySchema<Item, undefined> }),
    count: v.number(),
    next_cursor: v.nullable(v.string()),
  });
