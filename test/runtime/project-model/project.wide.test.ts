// Random operations of many actors on a project, up to three at once, played on the object and in a reference model:
// some order of them explains every answer and all that is stored. One holder a task, tokens that only rise, no cycle,
// counts that agree with the rows, a feed without gap. `npm run model -- --project --sequences 10000` plays as many as
// you say.
import { beforeAll } from "vitest";
import { hurryRefusals, playRandomly } from "../model/random-play.ts";
import { sequence } from "./commands.ts";
import { playSequence } from "./play.ts";

const STEPS_MAX = 40;

beforeAll(hurryRefusals);

playRandomly({ sequence: sequence(STEPS_MAX), examples: [], play: playSequence, linesOf: (steps) => steps });
