// From a request to a prompt: rules of templates, and everything that people wrote as data, marked as data
// (spotlighting: Hines and others 2024, by delimiting and datamarking). The marks are drawn anew for each call, so
// that nobody can write them beforehand. Secrets, links and addresses do not leave the house.

import { answerSchema } from "./answer-schema.ts";
import { CHECKS } from "./checks.ts";
import { FactScreen } from "./guards/question.ts";
import { redacted } from "./guards/sensitive.ts";
import { textsOf } from "./guards/texts.ts";
import type { Feature, PlanRequest } from "./provider.ts";
import { FEATURE_TEMPLATES } from "./templates/features.ts";
import { type Marks, rules } from "./templates/rules.ts";
import type { Prompt } from "./vendors/vendor.ts";

const DATA_CHARACTERS_MAX = 48_000;
const TEXT_CHARACTERS_MAX = 12_000;
const FACT_CHARACTERS_MAX = 200;
/** Items of one list, tried until the data fit. */
const ITEMS_MAX = [200, 100, 50, 20, 10];
/** A token covers at least one byte of UTF-8; roles and structure cost a few besides. */
const FRAME_TOKENS = 512;

/** Private use: in nobody's text, since texts lose such characters before they are marked. */
const SPACES_FROM = 0xe000;
const SPACES = 0x1900;

/** Of 34 random bytes. */
export function drawMarks(random: (count: number) => Uint8Array): Marks {
  const bytes = random(34);
  const hex = (from: number) =>
    [...bytes.subarray(from, from + 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const space = String.fromCodePoint(SPACES_FROM + ((bytes[32]! * 256 + bytes[33]!) % SPACES));
  return { space, fence: `DATA-${hex(0)}`, canary: `call-${hex(16)}` };
}

export interface Marked {
  readonly prompt: Prompt;
  /** What people wrote for this call, as it was before it was marked. */
  readonly written: readonly string[];
  /** Suspicious texts among the facts, which were left out. */
  readonly left_out: number;
}

export function promptOf<Name extends Feature>(request: PlanRequest<Name>, marks: Marks): Marked {
  const { task, output_tokens_max } = FEATURE_TEMPLATES[request.feature];
  const screen = new FactScreen();
  const material = materialOf(request, screen);
  const data = JSON.stringify(each(material, (text) => text.replaceAll(/[^\S\n]/gu, marks.space)));
  return {
    prompt: {
      instructions: `${rules(marks)}\n\n${task}`,
      data: `${marks.fence}-BEGIN\n${data}\n${marks.fence}-END`,
      schema: answerSchema(CHECKS[request.feature].schema),
      output_tokens_max,
    },
    written: textsOf(material.written),
    left_out: screen.left_out,
  };
}

/** The most tokens that a prompt can be, and that its answer can have. */
export const tokensAtMost = ({ instructions, data, schema, output_tokens_max }: Prompt) => ({
  input_tokens: new TextEncoder().encode(instructions + data + JSON.stringify(schema)).length + FRAME_TOKENS,
  output_tokens: output_tokens_max,
});

interface Material {
  readonly written: unknown;
  readonly facts: unknown;
}

/** What people wrote and what is known, redacted and as short as the data may be: half a secret is not known as one. */
function materialOf({ text, facts }: PlanRequest<Feature>, screen: FactScreen): Material {
  const shorten = (value: unknown, length_max: number, items_max: number) =>
    each(value, (line) => redacted(line).slice(0, length_max).toWellFormed(), items_max);
  const written = shorten(text, TEXT_CHARACTERS_MAX, ITEMS_MAX[0]!);
  for (const items_max of ITEMS_MAX) {
    const short = shorten(facts, FACT_CHARACTERS_MAX, items_max);
    const is_last = items_max === ITEMS_MAX.at(-1);
    if (!is_last && JSON.stringify([written, short]).length > DATA_CHARACTERS_MAX) continue;
    return { written, facts: each(short, (line) => screen.pass(line)) };
  }
  return { written, facts: null };
}

/** The same value with every text changed, and no list longer. */
function each(
  value: unknown,
  change: (text: string) => string,
  items_max = Number.POSITIVE_INFINITY,
): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.slice(0, items_max).map((item) => each(item, change, items_max));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, each(member, change, items_max)]),
  );
}
