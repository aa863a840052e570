// A curl command for an operation, for a shell in which TASKWARD is the origin and SESSION a session token.
import type { Operation } from "../api/operation.ts";

/** The command; ids come from variables such as PROJECT_ID. */
export function curlOf(op: Operation): string {
  const path = op.path.replace(/\{\+?([a-z_]+)\}/g, (_, name: string) => `$${name.toUpperCase()}`);
  const lines =
    op.method === "GET" ? [`curl "$TASKWARD${path}"`] : [`curl -X ${op.method}`, `"$TASKWARD${path}"`];
  if (op.caller === "session") lines.push(`-H "Authorization: Bearer $SESSION"`);
  if (op.if_match) lines.push(`-H 'If-Match: "1"'`);
  if (op.body) lines.push("-H 'Content-Type: application/json'", `-d ${quoted(indented(op.example))}`);
  return lines.join(" \\\n  ");
}

/** JSON that lines up with the command's other lines. */
const indented = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll("\n", "\n  ");

/** One word for a POSIX shell, whatever is in the text. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
