import common from "../../../durable-objects/common.sql";
import { migrate } from "../../../durable-objects/migrate.ts";
import { inside, objectOf } from "../harness/objects.ts";

let labs = 0;

/** Runs work on an empty database of its own. */
export const inLab = <Value>(
  work: (sql: SqlStorage, storage: DurableObjectStorage) => Value | Promise<Value>,
) => inside(objectOf("PROJECT", `lab/${labs++}`), (_, { storage }) => work(storage.sql, storage));

/** The same, with the tables that every object has. */
export const inCommonLab: typeof inLab = (work) =>
  inLab((sql, storage) => {
    migrate(sql, "common", common);
    return work(sql, storage);
  });

/** A promise that another part of the test settles. */
export const later = <Value = void>() => Promise.withResolvers<Value>();
