// Rows that statements read and write, counted in every object: exact, and the same on any machine.
import { allOf, inside, KINDS } from "./objects.ts";

interface Cursor {
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

export interface Rows {
  read: number;
  written: number;
}

const counted = new WeakSet<SqlStorage>();
let cursors: Cursor[] = [];

/** Counts rows of every statement from now on, in every object that is there; answers what tells them so far. */
export async function countRows(): Promise<() => Rows> {
  for (const kind of KINDS) {
    for (const stub of await allOf(kind)) await inside(stub, (_, { storage: { sql } }) => countIn(sql));
  }
  return countAgain();
}

/** The same in those objects that are counted in already, without a visit to each. */
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

function countIn(sql: SqlStorage): void {
  if (counted.has(sql)) return;
  counted.add(sql);
  const exec = sql.exec.bind(sql);
  Object.assign(sql, {
    exec: (...given: Parameters<typeof exec>) => {
      const cursor = exec(...given);
      cursors.push(cursor);
      return cursor;
    },
  });
}
