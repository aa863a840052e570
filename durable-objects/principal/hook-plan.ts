// From the bytes of a delivery to what it is to do: parsed within bounds, mapped, and its text screened by all validators
// that the deployment names, since nobody will look at it before it stands in a task. Decides and changes nothing.
import type { Composite } from "../../src/defence/composite.ts";
import { structureComplaint } from "../../src/defence/json-limits.ts";
import { TextScreening } from "../../src/defence/text-screening.ts";
import { effectsOf } from "../../src/domain/hook-effects.ts";
import { resolvePointer } from "../../src/domain/json-pointer.ts";
import type { HookMapping } from "../../src/schema/hook-mapping.ts";
import type { HookEffect } from "../../src/schema/messages/hook.ts";
import type { FindingNote } from "../../src/schema/messages/screening.ts";
import { ok, type Refusal, type Result, refuse } from "../../src/schema/result.ts";
import type { Heading } from "./kept-delivery.ts";

export interface HookPlan {
  readonly effects: readonly HookEffect[];
  /** What screening has found and let pass. */
  readonly findings: readonly FindingNote[];
}

/** The JSON of a body; `malformed_json` for what is none, or is nested or filled beyond bounds. */
export function parseHookBody(body: Uint8Array): Result<unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(body);
  } catch {
    return malformed("the body is not valid UTF-8");
  }
  const complaint = structureComplaint(text);
  if (complaint) return malformed(complaint);
  try {
    return ok(JSON.parse(text));
  } catch {
    return malformed("the body is not valid JSON");
  }
}

/** Through how many webhooks a delivery says it came: in the header, or in a body of our own outgoing ones. */
export function hopsOf(header: string | undefined, body: unknown): number {
  const said = [Number(header ?? 0), resolvePointer(body, "/hops"), resolvePointer(body, "/data/hops")];
  return Math.max(
    0,
    ...(said.filter((each) => typeof each === "number" && Number.isInteger(each)) as number[]),
  );
}

/**
 * Refusals point into the mapping: what it cannot fill, and text that looks like an attack; `unavailable` where a
 * validator that must be heard does not answer.
 */
export async function planHook(
  mapping: HookMapping,
  { headers, at_ms }: Pick<Heading, "headers" | "at_ms">,
  body: unknown,
  validators: Composite,
): Promise<Result<HookPlan>> {
  const effects = effectsOf(mapping, { body, headers, at_ms });
  if (!effects.ok) return effects;
  const texts = new TextScreening(validators);
  for (const effect of effects.value) {
    for (const [name, text] of textsOf(effect)) texts.add(text, "free_text", `${effect.place}/${name}`);
  }
  const screened = await texts.settle();
  if (screened?.refusal) return { ok: false, refusal: explained(screened.refusal) };
  return ok({ effects: effects.value, findings: screened?.findings ?? [] });
}

/** Whether it may go better later, with nothing mended. */
export const isPutOff = (plan: Result<HookPlan>): boolean =>
  !plan.ok && plan.refusal.reason === "unavailable";

function explained(refusal: Refusal): Refusal {
  if (refusal.reason === "unavailable") return { ...refusal, detail: "a validator did not answer" };
  return { ...refusal, rule: refusal.reason, detail: `the text ${refusal.errors![0]!.detail}` };
}

function textsOf(effect: HookEffect): [string, string][] {
  if (effect.kind === "create_task")
    return [
      ["title", effect.title],
      ["description", effect.description],
    ];
  if (effect.kind === "comment") return [["text", effect.text]];
  return effect.result === null ? [] : [["result", effect.result]];
}

const malformed = (detail: string) => refuse("malformed_json", { errors: [{ pointer: "", detail }] });
