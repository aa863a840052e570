import { describe, expect, test } from "vitest";
import { problemResponse } from "../../../src/protocol/problem.ts";

const problem = { type: "/problems/not-found", title: "Not found", status: 404, request_id: "req_1" };

describe("problem", () => {
  test("is JSON of its own media type, with the same status in the body and on the line", async () => {
    const response = problemResponse(problem);
    expect(response.status).toBe(404);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual(problem);
  });

  test("members that are not set do not appear", async () => {
    expect(await problemResponse(problem).text()).not.toContain("detail");
  });

  test("other headers are handed on, but not another content type", () => {
    const response = problemResponse(problem, { "retry-after": "60", "Content-Type": "text/html" });
    expect(response.headers.get("retry-after")).toBe("60");
    expect(response.headers.get("content-type")).toBe("application/problem+json");
  });

  test("validation errors point into the body", async () => {
    const errors = [{ pointer: "/tasks/0/title", detail: "is missing" }];
    const response = problemResponse({ ...problem, status: 422, errors });
    expect(await response.json()).toMatchObject({ status: 422, errors });
  });
});
