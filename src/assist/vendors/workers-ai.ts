// Workers AI: a model that Cloudflare runs, asked over a binding, so that there is no key. JSON mode, no tools.
import * as v from "valibot";
import { ANSWER_CHARACTERS_MAX, failed, type Vendor } from "./vendor.ts";

/** As much of the runtime's `Ai` as is used. */
export interface ModelRunner {
  run(model: string, input: object): Promise<unknown>;
}

const Output = v.object({
  /** JSON mode answers the structure itself; some models answer its text. */
  response: v.union([v.string(), v.record(v.string(), v.unknown())]),
  usage: v.optional(
    v.object({
      prompt_tokens: v.pipe(v.number(), v.minValue(0)),
      completion_tokens: v.pipe(v.number(), v.minValue(0)),
    }),
  ),
});

/** Codes by which the platform says that there is no capacity, or none left. */
const LIMITED = /\b(?:3036|3040)\b/;

export function workersAi(model: string, runner: ModelRunner): Vendor {
  return {
    provider: "workers_ai",
    model,
    async ask({ instructions, data, schema, output_tokens_max }, _attempt, signal) {
      // Nobody hears of an abortion that was before they listened.
      if (signal.aborted) return failed("timed_out", "nothing");
      const aborted = new Promise<never>((_, reject) => {
        signal.addEventListener("abort", () => reject(new Error("aborted")), { once: true });
      });
      try {
        const run = runner.run(model, {
          messages: [
            { role: "system", content: instructions },
            { role: "user", content: data },
          ],
          max_tokens: output_tokens_max,
          temperature: 0.2,
          response_format: { type: "json_schema", json_schema: schema },
        });
        const output = v.safeParse(Output, await Promise.race([run, aborted]));
        if (!output.success) return failed("malformed", "unknown");
        const { response, usage } = output.output;
        const text = typeof response === "string" ? response : JSON.stringify(response);
        const billed = usage
          ? { input_tokens: usage.prompt_tokens, output_tokens: usage.completion_tokens }
          : "unknown";
        return text.length > ANSWER_CHARACTERS_MAX ? failed("malformed", billed) : { ok: true, text, billed };
      } catch (error) {
        if (signal.aborted) return failed("timed_out", "unknown");
        const is_limited = error instanceof Error && LIMITED.test(error.message);
        return failed(is_limited ? "limited" : "unavailable", "unknown", 0);
      }
    },
  };
}
