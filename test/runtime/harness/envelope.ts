// What every answer of the API owes its reader, whatever it says.
import { expect } from "vitest";

const HEADERS: Readonly<Record<string, RegExp>> = {
  "request-id": /^req_[0-9a-z]{26}$/,
  "cache-control": /^no-store$/,
  "strict-transport-security": /^max-age=\d{8,}; includeSubDomains/,
  "x-content-type-options": /^nosniff$/,
  "content-security-policy": /^default-src 'none'; frame-ancestors 'none'/,
  "cross-origin-resource-policy": /^same-origin$/,
};

/** Media types of answers that are not JSON. */
const RAW: ReadonlySet<string> = new Set([
  "text/plain; charset=utf-8",
  "application/octet-stream",
  "application/x-ndjson",
  "application/pem-certificate-chain",
  "application/pkix-crl",
]);

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly request_id: string;
  readonly errors?: { readonly pointer: string; readonly detail: string }[];
}

export interface Opened {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON; undefined for an empty answer. */
  readonly body: unknown;
  readonly text: string;
  /** The last segment of the problem's type; null for a success. */
  readonly reason: string | null;
}

/** Reads an answer and checks what all answers have in common: headers, media type, the shape of problems. */
export async function open(answer: Response): Promise<Opened> {
  const { status, headers } = answer;
  const text = await answer.text();
  for (const [name, pattern] of Object.entries(HEADERS)) expect(headers.get(name), name).toMatch(pattern);
  expect(text).not.toMatch(/\bat .*\.(?:ts|js):\d+|node_modules|\bSQLITE_/);
  if (text === "") {
    expect(status).toBe(204);
    return { status, headers, body: undefined, text, reason: null };
  }
  if (status < 400 && RAW.has(headers.get("content-type")!)) {
    return { status, headers, body: undefined, text, reason: null };
  }
  const body = JSON.parse(text) as unknown;
  if (status < 400) {
    expect(headers.get("content-type")).toBe("application/json");
    return { status, headers, body, text, reason: null };
  }
  const problem = body as Problem;
  expect(headers.get("content-type")).toBe("application/problem+json");
  expect(problem).toMatchObject({ status, title: expect.any(String), request_id: headers.get("request-id") });
  expect(headers.get("audit-event"), "a refusal changes nothing").toBeNull();
  expect(headers.has("www-authenticate")).toBe(status === 401);
  expect(headers.has("retry-after")).toBe(status === 429 || problem.type === "/problems/unavailable");
  const reason = /^\/problems\/([a-z_]+)$/.exec(problem.type)?.[1];
  expect(reason, "type").toBeDefined();
  return { status, headers, body, text, reason: reason! };
}
