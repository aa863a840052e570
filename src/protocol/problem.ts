// Problem details for HTTP APIs (RFC 9457): the one shape of every error that Taskward answers.
// A problem never carries the rejected value, nor which part of an authentication failed.

export interface Problem {
  /** A URI reference to a page that explains the problem: `/problems/<reason>`. */
  type: string;
  title: string;
  /** The HTTP status, the same as the response's. */
  status: number;
  detail?: string;
  instance?: string;
  request_id?: string;
  /** The number after which a feed can still be followed. */
  resume_after?: number;
  /** What is wrong where: a JSON Pointer (RFC 6901) into the request's body. */
  errors?: { pointer: string; detail: string }[];
}

type HeaderFields = ConstructorParameters<typeof Headers>[0];

/** Makes the response of a problem; the content type is not the caller's to choose. */
export function problemResponse(problem: Problem, headers?: HeaderFields): Response {
  const fields = new Headers(headers);
  fields.set("content-type", "application/problem+json");
  return new Response(JSON.stringify(problem), { status: problem.status, headers: fields });
}
