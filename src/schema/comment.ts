// Comments on tasks. They are written once: whoever has second thoughts deletes theirs and writes another.
import * as v from "valibot";
import { ActorId, CommentId, TaskId } from "./identifier.ts";
import { prose, Timestamp } from "./text.ts";

export const CommentText = v.pipe(
  prose(10_000),
  v.check((text) => text.trim() !== "", "expected more than white space"),
);

export const Comment = v.object({
  id: CommentId,
  task_id: TaskId,
  author: ActorId,
  text: v.string(),
  created_at: Timestamp,
});
export type Comment = v.InferOutput<typeof Comment>;
