// Random sequences of what can happen to a principal, played on the object and in the reference model: they agree on
// every outcome, and on what is left. `npm run model -- --sequences 10000` plays as many as you say.
import { beforeAll } from "vitest";
import { sequence } from "./draws.ts";
import { EXAMPLES } from "./examples.ts";
import { playSequence } from "./play.ts";
import { openAuditLog } from "./product.ts";
import { hurryRefusals, playRandomly } from "./random-play.ts";

const GROUPS_MAX = 40;

beforeAll(async () => {
  hurryRefusals();
  await openAuditLog();
});

playRandomly({
  sequence: sequence(GROUPS_MAX),
  examples: EXAMPLES,
  play: playSequence,
  linesOf: ({ commands, ...opening }) => [opening, ...commands],
});
