// The short form of `npm run fuzz`: some requests to every operation, none of which makes the service fail.
import { expect, test } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import { fuzz } from "../fuzz/fuzz.ts";

const CPU_SECONDS = 5;

test("no request of a fuzzer gets a 5xx or throws unseen", async () => {
  const { requests, failures } = await fuzz(CPU_SECONDS, 1);
  expect(failures).toEqual([]);
  expect(requests).toBeGreaterThan(operationList.length);
}, 120_000);
