// Rows that statements read and write, counted in every object: exact, and the same on any machine.
import { inside, objectOf } from "./objects.ts";

interface Cursor {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface Rows {
  read: number;
  written: number;
}

let is_counting = false;
let cursors: Cursor[] = [];

/** Counts rows of every statement from now on, in every object; answers what tells them so far. */
export async function countRows(): Promise<() => Rows> {
  if (!is_counting) await inside(objectOf("WORKSPACE", "rows"), (_, { storage: { sql } }) => countAll(sql));
  return countAgain();
}

/** The same where they are counted already. */
export function countAgain(): () => Rows {
  const own: Cursor[] = [];
  cursors = own;
  return () => {
    const rows = { read: 0, written: 0 };
    for (const { rowsRead, rowsWritten } of own) {
      rows.read += rowsRead;
      rows.written += rowsWritten;
    }
    return rows;
  };
}

/** All objects share one isolate, and so one way of asking the storage. */
function countAll(sql: SqlStorage): void {
  is_counting = true;
  const shared = Object.getPrototypeOf(sql) as SqlStorage;
  const { exec } = shared;
  shared.exec = function (this: SqlStorage, ...given: Parameters<typeof exec>) {
    const cursor = exec.apply(this, given);
    cursors.push(cursor);
    return cursor;
  } as typeof exec;
}
