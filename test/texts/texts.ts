// A text through a field of an operation, at a real server: it comes back byte for byte by a later read, or is refused
// with a pointer to its place and without being repeated.
import { type OperationId, operationList, operations } from "../../src/api/operations/index.ts";
import { isScreenedField, textFieldsOf } from "../../src/schema/text-fields.ts";
import { Stage, type World } from "../fuzz/world.ts";
import { type Call, type Json, NOT_TAKEN, SAME, WAYS } from "./ways.ts";

export interface Field {
  readonly operation: OperationId;
  readonly part: "query" | "body";
  /** Steps from the root, `*` for each item. */
  readonly path: string;
}

/** Every field that takes text of no closed form, and no secret. */
export const FIELDS: readonly Field[] = operationList.flatMap(([id, operation]) =>
  (["params", "query", "body"] as const).flatMap((part) => {
    const fields = operation[part] ? textFieldsOf(operation[part]).filter(isScreenedField) : [];
    const paths = new Set(fields.map(({ path }) => path.join("/")));
    return [...paths].map((path) => ({ operation: id, part: part as Field["part"], path }));
  }),
);

export const nameOf = ({ operation, path }: Field): string => `${operation} ${path}`;

type Text = readonly [Field, string];

export class Texts {
  readonly #stage: Stage;
  #world: Promise<World>;

  private constructor(stage: Stage) {
    this.#stage = stage;
    this.#world = stage.world();
  }

  static async start(): Promise<Texts> {
    return new Texts(await Stage.start({ roaming: true }));
  }

  stop(): Promise<unknown> {
    return this.#stage.server.stop();
  }

  /** What is wrong with how these were taken. Those of one operation follow one another; operations go side by side. */
  async complaints(texts: readonly Text[]): Promise<string[]> {
    const byOperation = Object.values(Object.groupBy(texts, ([{ operation }]) => operation)) as Text[][];
    const found = await Promise.all(
      byOperation.map(async (own) => {
        const complaints: string[] = [];
        for (const text of own) {
          const complaint = await this.#complaint(...text).catch(
            (error) => `${nameOf(text[0])} ${JSON.stringify(text[1])}: ${String(error)}`,
          );
          if (complaint) complaints.push(complaint);
        }
        return complaints;
      }),
    );
    return found.flat();
  }

  /** The world, or the next one where what it authenticated with is not recent any more. */
  async #present(): Promise<World> {
    const known = this.#world;
    if (this.#stage.isFresh(await known)) return known;
    if (this.#world === known) this.#world = this.#stage.world();
    return this.#world;
  }

  async #complaint(field: Field, text: string): Promise<string | null> {
    const { operation, part, path } = field;
    const way = WAYS[operation]!;
    const world = await this.#present();
    const call = this.#callIn(world);
    const must: Call = async (id, asked) => {
      const answer = await call(id, asked);
      if (answer.status >= 300) throw new Error(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer;
    };
    const place = { ...world.params, ...(await way.before?.(must, world.params)) };
    const request = structuredClone(way.request(place));
    const others = SAME[nameOf(field)];
    const pointers = [path, ...(others ? [others] : [])].map((each) =>
      put(request[part], each.split("/"), text),
    );
    const { status, body } = await call(operation, { params: place, ...request });
    const found = `${nameOf(field)} ${JSON.stringify(text)}: ${status} ${JSON.stringify(body).slice(0, 200)}`;
    if (status < 300) {
      const back = await way.read?.(must, place, body);
      await way.after?.(must, place, body);
      const kept = back === undefined || NOT_TAKEN.includes(nameOf(field)) ? text : at(back, pointers[0]!);
      return kept === text ? null : `${found} is read as ${JSON.stringify(kept)}`;
    }
    await way.refused?.(must, place);
    if (status !== 422) return found;
    const { errors = [] } = body as { errors?: { pointer: string }[] };
    const expected = pointers.map((pointer) => (part === "query" ? `/query${pointer}` : pointer));
    if (!errors.some(({ pointer }) => expected.some((each) => pointer.startsWith(each))))
      return `${found} has no pointer to its place`;
    const is_repeated = text.length > 8 && JSON.stringify(body).includes(JSON.stringify(text).slice(1, -1));
    return is_repeated ? `${found} repeats it` : null;
  }

  #callIn({ callers }: World): Call {
    return async (id, { params = {}, query, body } = {}) => {
      const { method, path, if_match, caller } = operations[id] as (typeof operations)["updateTask"];
      const who = callers[(caller as string) === "anonymous" ? "nobody" : "owner"];
      const filled = path.replaceAll(/\{\+?(\w+)\}/gu, (_, name: string) => params[name]);
      const search = query ? `?${new URLSearchParams(query)}` : "";
      const headers = new Headers({ "CF-Connecting-IP": who.address() });
      if (body) headers.set("Content-Type", "application/json");
      if (if_match) headers.set("If-Match", "*");
      const url = this.#stage.server.origin + filled + search;
      const json =
        body && JSON.stringify({ ...(id === "register" && { workspace: params.workspace }), ...body });
      await who.authorize({ method, url, headers });
      const answer = await fetch(url, { method, headers, ...(json && { body: json }) });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    };
  }
}

/** Puts the text where the path leads first; answers the pointer. */
function put(holder: Json, [step, ...rest]: readonly string[], text: string): string {
  const keys = step === "*" ? Object.keys(holder) : [step!];
  const key = keys.find((each) => rest.length === 0 || leads(holder[each], rest))!;
  if (rest.length > 0) return `/${key}${put(holder[key], rest, text)}`;
  holder[key] = text;
  return `/${key}`;
}

/** Whether the path exists from there. */
const leads = (holder: Json, [step, ...rest]: readonly string[]): boolean => {
  if (typeof holder !== "object" || holder === null) return false;
  const keys = step === "*" ? Object.keys(holder) : [step!];
  return keys.some((key) => key in holder && (rest.length === 0 || leads(holder[key], rest)));
};

const at = (value: Json, pointer: string): unknown =>
  pointer
    .split("/")
    .slice(1)
    .reduce((holder, key) => holder?.[key], value);
