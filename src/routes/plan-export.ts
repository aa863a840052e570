// A project's tasks on their way from the object to the reader: piece by piece, so that no size is too large.
// The object sends lines: the heading, the ids of all tasks in their order, then the tasks. Tasks are named by their
// place in that order, so that the same tasks make the same document wherever they are.
import { linesOf } from "../protocol/json-lines.ts";
import type { ExportLine } from "../schema/messages/project.ts";
import type { PlanTask } from "../schema/plan.ts";
import { PLAN_FORMATS } from "./plan-formats.ts";

/** Characters of a piece: each costs the reader a turn. */
const PIECE = 16_384;

/** The document in pieces. Of the tasks those alone whose ids came before. */
export async function* planDocument(
  lines: ReadableStream<Uint8Array>,
  format: keyof typeof PLAN_FORMATS,
): AsyncGenerator<string> {
  const { start, task, end } = PLAN_FORMATS[format];
  const refs = new Map<string, string>();
  let written = 0;
  let piece = "";
  for await (const text of linesOf(lines)) {
    const line = JSON.parse(text) as ExportLine;
    if (line.kind === "heading") piece += start(line.heading);
    else if (line.kind === "ids") for (const id of line.ids) refs.set(id, `t${refs.size + 1}`);
    else if (refs.has(line.id)) {
      piece += task({ ...line, task: namedBy(refs, line.id, line.task) }, written);
      written += 1;
    }
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece + end();
}

const namedBy = (refs: ReadonlyMap<string, string>, id: string, task: Omit<PlanTask, "ref">): PlanTask => ({
  ref: refs.get(id)!,
  ...task,
  parent: (task.parent && refs.get(task.parent)) ?? null,
  depends_on: task.depends_on.flatMap((each) => refs.get(each) ?? []),
});
