// The short form of `npm run fuzz`: some requests to every operation, none of which makes the service fail, and most of
// which get past authentication.
import { expect, test } from "vitest";
import { operationList } from "../../src/api/operations/index.ts";
import { fuzz } from "../fuzz/fuzz.ts";

const CPU_SECONDS = 5;

test("no request of a fuzzer gets a 5xx or throws unseen", async () => {
  const { tally, failures } = await fuzz(CPU_SECONDS, 1, { runs: 1 });
  expect(failures).toEqual([]);
  expect(tally.requests).toBeGreaterThan(operationList.length / 2);
  expect(tally.share(401)).toBeLessThan(0.2);
});
