// The public list of addresses, as whoever registers a webhook sends them: what the list allows passes the schema, input
// screening and the guard; what it blocks does not. Names that only DNS or a redirect gives away are judged by neither.
import { safeParse } from "valibot";
import { describe, expect, test } from "vitest";
import { webhookOperations } from "../../../src/api/operations/webhooks.ts";
import { Composite } from "../../../src/defence/composite.ts";
import { checkTarget } from "../../../src/defence/ssrf.ts";
import { detectors } from "../../../src/defence/validators/detectors.ts";
import { type Screened, screenInputs } from "../../../src/edge/screen.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const { createWebhook } = webhookOperations;
const own = new Composite([{ name: "test", validator: detectors, timeout_ms: 1_000, on_failure: "refuse" }]);

function isAccepted(url: string): boolean {
  const body = safeParse(createWebhook.body, { url });
  if (!body.success || !checkTarget(url, { allow_loopback: false }).ok) return false;
  const inputs = { params: undefined, query: undefined, body: body.output };
  const screened = screenInputs("createWebhook", createWebhook, inputs, own) as Screened | null;
  return !screened?.refusal;
}

test("an address of a receiver is accepted, one inside is not", () => {
  expect(isAccepted("https://hooks.example.com/taskward?team=a%20b&key=abc-DEF_123")).toBe(true);
  expect(isAccepted("https://hooks.slack.com/services/T00/B00/xyz")).toBe(true);
  expect(isAccepted("http://169.254.169.254/latest/meta-data/")).toBe(false);
});

describe.skipIf(!corporaRoot)(`public lists of addresses${corporaNote}`, () => {
  const rows = readCorpusLines("ssrf/urls.public.jsonl") as { url: string; verdict: string; why: string }[];
  const told = rows.filter(({ why }) => why !== "needs-redirect-check");

  test.each(told.map(({ url, verdict }) => [verdict, url]))("%s %s", (verdict, url) => {
    expect(isAccepted(url!)).toBe(verdict === "allow");
  });
});
