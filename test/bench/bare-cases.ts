// The bare runtime: sides that other cases compare to, and the table of them all beside a plain JSON route.
import type { Side } from "./case.ts";
import { requestBytes } from "./http.ts";
import type { Options } from "./options.ts";
import { address, clientHeaders } from "./seed.ts";
import { throughputCase } from "./throughput.ts";

// As long as a session's, so that both sides read as many bytes.
const TOKEN = `tws_${"x".repeat(140)}`;

const bare = (title: string, method: string, path: (i: number) => string): Side => ({
  title,
  worker: "bare",
  expected_status: 200,
  requests: (_, { principals }: Options) =>
    Array.from({ length: principals }, (_, i) =>
      requestBytes(method, path(i), clientHeaders(address(i + 1), TOKEN)),
    ),
});

export const jsonRoute = bare("bare: JSON route", "GET", () => "/json");
export const call = bare("bare: one call", "GET", (i) => `/call/a${i}`);
const callRead = bare("bare: one call, one read", "GET", (i) => `/read/a${i}`);
export const callWrite = bare("bare: one call, one row written", "POST", (i) => `/write/a${i}`);
export const calls = bare("bare: two calls", "GET", (i) => `/calls/a${i}/b${i}`);
export const callThenWrite = bare(
  "bare: two calls, the second writes a row",
  "POST",
  (i) => `/call-write/a${i}/b${i}`,
);
export const callThenWriteOne = bare(
  "bare: two calls, the second writes a row in one object for all",
  "POST",
  (i) => `/call-write/a${i}/b`,
);

export const bareCases = [
  throughputCase({
    name: "bare",
    title: "the runtime without the product",
    sides: [jsonRoute, call, callRead, callWrite, calls, callThenWrite, callThenWriteOne].map((side) => ({
      side,
      baseline: side === jsonRoute ? null : jsonRoute,
    })),
  }),
];
