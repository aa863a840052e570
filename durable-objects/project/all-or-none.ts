// Several changes that a refusal undoes together: only a throw rolls a transaction back, and a refusal is none.
import type { Result } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";

class Undo extends Error {}

/** Undoes what a refused work has done so far. In the caller's transaction, or in one of its own. */
export function allOrNone<Value>(
  object: Pick<ObjectSurface, "transact">,
  work: () => Result<Value>,
): Result<Value> {
  let result: Result<Value> | null = null;
  try {
    return object.transact(() => {
      result = work();
      if (!result.ok) throw new Undo();
      return result;
    });
  } catch (defect) {
    if (defect instanceof Undo && result) return result;
    throw defect;
  }
}
