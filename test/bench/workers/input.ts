// Validation of one body inside an isolate, a task as people write it: `/parse` JSON alone, `/validate` the operation's
// schema as well, `/screen` the detectors on every text besides. Clocks stand still there while code runs, so the caller
// takes the time of `?n=N` and subtracts that of n=0.
import { taskOperations } from "../../../src/api/operations/tasks.ts";
import { screen } from "../../../src/defence/screen.ts";
import { validate } from "../../../src/edge/validate.ts";
import type { TextContext } from "../../../src/schema/context.ts";

const { body: schema } = taskOperations.createTask;
const BODY = JSON.stringify({
  title: "Write the announcement for the spring release",
  description: "Two paragraphs and a link; ask Ada about the figures before it goes out on Thursday.",
  priority: "high",
  labels: ["release", "writing"],
  skills: ["writing"],
});
const TEXTS: readonly (readonly [keyof ReturnType<typeof parsed>, TextContext])[] = [
  ["title", "free_text"],
  ["description", "free_text"],
];

const parsed = () => JSON.parse(BODY) as { title: string; description: string };

const checks: Readonly<Record<string, () => boolean>> = {
  "/parse": () => parsed().title.length > 0,
  "/validate": () => validate(schema!, parsed(), "").ok,
  "/screen": () => {
    const body = parsed();
    const { ok } = validate(schema!, body, "");
    return ok && TEXTS.every(([field, context]) => screen(body[field], context).verdict === "pass");
  },
};

export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const check = checks[pathname];
    if (!check) return new Response(null, { status: 404 });
    let passed = 0;
    for (let n = Number(searchParams.get("n")); n > 0; n -= 1) if (check()) passed += 1;
    return Response.json({ passed });
  },
};
