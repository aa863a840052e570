// The service's own answers with every free text in them exchanged for a string of an attack, and lists made longer, so
// that many strings come to each screen at once: also those that input screening would never have let in.
import type { Page, Route } from "playwright-core";
import { inlineSchema, type JsonSchema } from "../../../src/api/openapi/json-schema.ts";
import { type OperationId, operationList } from "../../../src/api/operations/index.ts";

const ID = /^([a-z]{3}_)[0-9a-z]{26}$/;
/** Texts that the console itself reads: which page comes next, and where a picture of a code comes from. */
const READ = new Set(["next_cursor", "cursor", "qr_uri"]);

interface Known {
  readonly id: OperationId;
  readonly method: string;
  readonly pattern: RegExp;
  readonly schema: JsonSchema;
}

const known: readonly Known[] = operationList.flatMap(([id, { method, path, reply }]) =>
  "schema" in reply && reply.schema
    ? [
        {
          ...{ id, method, schema: inlineSchema(reply.schema) },
          pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/gu, "[^/]+")}$`, "u"),
        },
      ]
    : [],
);

export class HostileAnswers {
  #texts: readonly string[] = [];
  #next = 0;
  #rows = 0;
  readonly #kept = new Map<string, { status: number; headers: Record<string, string>; body: unknown }>();

  /** From now on each answer takes its texts from these, in turn, and its lists become so long. */
  spread(texts: readonly string[], rows: number): void {
    this.#texts = texts;
    this.#next = 0;
    this.#rows = rows;
  }

  /** From now on each text is all of these, for screens that show few. */
  join(texts: readonly string[]): void {
    this.spread([texts.join("\n")], 0);
  }

  /** How many texts have been given since. */
  get given(): number {
    return this.#next;
  }

  async install(page: Page): Promise<void> {
    await page.route("**/v1/**", (route) => this.#answer(route));
  }

  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const operation = known.find(
      ({ method, pattern }) => method === request.method() && pattern.test(pathname),
    );
    if (!operation || request.headers().accept === "text/event-stream") return route.continue();
    const key = `${request.method()} ${pathname}${search} ${request.postData() ?? ""}`;
    let kept = this.#kept.get(key);
    if (!kept) {
      const response = await route.fetch();
      if (!response.ok() || !response.headers()["content-type"]?.startsWith("application/json"))
        return route.fulfill({ response });
      kept = { status: response.status(), headers: response.headers(), body: await response.json() };
      this.#kept.set(key, kept);
    }
    const { "content-length": _, ...headers } = kept.headers;
    const body = JSON.stringify(this.#exchange(kept.body, operation.schema, "", 0));
    return route.fulfill({ status: kept.status, headers, body });
  }

  #text(): string {
    const text = this.#texts[this.#next % this.#texts.length]!;
    this.#next += 1;
    return text;
  }

  #exchange(value: unknown, schema: JsonSchema, name: string, depth: number): unknown {
    const fits = schemaFor(value, schema);
    if (Array.isArray(value)) {
      const item = (fits.items ?? {}) as JsonSchema;
      return this.#longer(value, depth).map((each) => this.#exchange(each, item, name, depth + 1));
    }
    if (typeof value === "object" && value !== null) {
      const { properties = {}, additionalProperties } = fits;
      const rest = (additionalProperties || {}) as JsonSchema;
      return Object.fromEntries(
        Object.entries(value).map(([field, each]) => {
          if (field === "next_cursor") return [field, null];
          return [field, this.#exchange(each, (properties[field] ?? rest) as JsonSchema, field, depth + 1)];
        }),
      );
    }
    return typeof value === "string" && isFree(fits, name) && !READ.has(name) ? this.#text() : value;
  }

  /** Lists of things at the top of an answer; each copy has an id of its own. */
  #longer(list: unknown[], depth: number): unknown[] {
    const [first] = list;
    if (depth !== 1 || typeof first !== "object" || first === null) return list;
    const more = Math.max(0, this.#rows - list.length);
    return [...list, ...Array.from({ length: more }, (_, at) => copyOf(first, at))];
  }
}

function copyOf(thing: object, at: number): object {
  const tail = at.toString().padStart(6, "0");
  return Object.fromEntries(
    Object.entries(thing).map(([field, value]) =>
      (field === "id" || field === "user_id") && typeof value === "string" && ID.test(value)
        ? [field, value.slice(0, -6) + tail]
        : [field, value],
    ),
  );
}

/** Of several that a value may have, the one that it has. */
function schemaFor(value: unknown, schema: JsonSchema): JsonSchema {
  const choices = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  if (!choices) return schema;
  const kind = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const isOf = ({ properties = {} }: JsonSchema) =>
    Object.entries(properties).every(
      ([field, each]) =>
        (each as JsonSchema).const === undefined || (value as never)[field] === (each as JsonSchema).const,
    );
  return choices.find((each) => each.type === kind && (kind !== "object" || isOf(each))) ?? {};
}

/** Whether anything may stand there: no value of a list, no id, no time. Names count, however narrow they are today. */
const isFree = ({ type, pattern, format, ...more }: JsonSchema, name: string): boolean =>
  type === "string" &&
  format === undefined &&
  more.enum === undefined &&
  more.const === undefined &&
  (pattern === undefined || name === "username" || name === "name");
