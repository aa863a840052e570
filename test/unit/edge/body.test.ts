// Bodies are JSON in UTF-8, bounded while they arrive: what is too large is never held, what is odd never parsed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { planOperations } from "../../../src/api/operations/plan.ts";
import { BODY_BYTES_MAX, readBody } from "../../../src/edge/body.ts";
import type { Clock } from "../../../src/edge/body-pace.ts";
import { csvRow } from "../../../src/protocol/csv.ts";
import { PLAN_FORMATS } from "../../../src/routes/plan-formats.ts";
import { PLAN_COLUMNS, PLAN_TASKS_MAX, type PlanTask } from "../../../src/schema/plan.ts";
import { DEPENDENCIES_MAX } from "../../../src/schema/project.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const MAX = 1_024;
const URL = "https://taskward.example/";
type Body = ConstructorParameters<typeof Response>[0];

/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
function request(
  body: Body,
  headers: Record<string, string> = { "Content-Type": "application/json" },
): Request {
  return new Request(URL, { method: "POST", headers, body, duplex: "half" } as RequestInit);
}
/** The value, or the reason of the refusal. */
async function read(body: Body, headers?: Record<string, string>, bytes_max = MAX) {
  const result = await readBody(request(body, headers), bytes_max);
  return result.ok ? { value: result.value } : result.refusal.reason;
}
async function detailOf(body: Body): Promise<string> {
  const result = await readBody(request(body), MAX);
  return result.ok ? "" : (result.refusal.errors?.[0]?.detail ?? "");
}

/** A stream that counts what is taken from it; it never ends by itself. */
function endless(chunk: Uint8Array) {
  const seen = { chunks: 0, cancelled: false };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        seen.chunks += 1;
        controller.enqueue(chunk);
      },
      cancel() {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, seen };
}
const streamOf = (chunks: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

describe("media type", () => {
  test.each([
    "application/json",
    "application/json; charset=utf-8",
    "Application/JSON",
    " application/json ",
    "application/json;charset=UTF-8;x=y",
  ])("%j is JSON", async (type) => {
    expect(await read('{"a":1}', { "Content-Type": type })).toEqual({ value: { a: 1 } });
  });

  test.each([
    "",
    "text/plain",
    "text/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "application/json5",
    "application/problem+json",
    "application/json, text/plain",
    "text/plain; application/json",
  ])("%j is not", async (type) => {
    expect(await read('{"a":1}', { "Content-Type": type })).toBe("unsupported_media_type");
  });

  test("none at all, and any content encoding, is refused before a byte is read", async () => {
    for (const headers of [
      {},
      { "Content-Type": "text/plain" },
      { "Content-Type": "application/json", "Content-Encoding": "gzip" },
      { "Content-Type": "application/json", "Content-Encoding": "identity" },
    ] as Record<string, string>[]) {
      const { stream, seen } = endless(new Uint8Array(16));
      expect(await read(stream, headers)).toBe("unsupported_media_type");
      expect(seen.chunks).toBe(0);
    }
  });
});

describe("size", () => {
  const text = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;

  test("is bounded to the byte", async () => {
    expect(await read(text(MAX))).toEqual({ value: "x".repeat(MAX - 2) });
    expect(await read(text(MAX + 1))).toBe("body_too_large");
    expect(BODY_BYTES_MAX).toBe(64 * 1_024);
  });

  test("counts bytes, not characters", async () => {
    expect(await read(JSON.stringify("é".repeat(MAX / 2)))).toBe("body_too_large");
    expect(await read(JSON.stringify("é".repeat(MAX / 2 - 1)))).toEqual({ value: "é".repeat(MAX / 2 - 1) });
  });

  test("is bounded while it arrives: an endless body is dropped at the bound", async () => {
    const { stream, seen } = endless(new Uint8Array(100).fill(0x20));
    expect(await read(stream)).toBe("body_too_large");
    expect(seen.chunks).toBeLessThanOrEqual(12);
    expect(seen.cancelled).toBe(true);
  });

  test("that is announced too large is refused before a byte is read", async () => {
    const { stream, seen } = endless(new Uint8Array(100));
    const announced = { "Content-Type": "application/json", "Content-Length": String(MAX + 1) };
    expect(await read(stream, announced)).toBe("body_too_large");
    expect(seen.chunks).toBe(0);
  });

  test("that is announced wrongly is counted all the same", async () => {
    for (const length of ["0", "1", "-5", "nonsense", "1e1", ""]) {
      const { stream, seen } = endless(new Uint8Array(100).fill(0x20));
      const headers = { "Content-Type": "application/json", "Content-Length": length };
      expect(await read(stream, headers), length).toBe("body_too_large");
      expect(seen.chunks).toBeLessThanOrEqual(12);
    }
  });

  test("says the bound and nothing else", async () => {
    const result = await readBody(request(text(MAX + 1)), MAX);
    expect(result).toEqual({
      ok: false,
      refusal: { reason: "body_too_large", detail: "at most 1024 bytes" },
    });
  });
});

describe("pace", () => {
  /** Time that passes only when somebody waits for it: then it jumps to where they wait, or by what a chunk takes. */
  function timed(chunks: readonly (readonly [wait_ms: number, bytes: number])[]) {
    let now_ms = 0;
    let alarm: { time_ms: number; call: () => void } | null = null;
    let cancelled = false;
    let next = 0;
    const clock: Clock = {
      now: () => now_ms,
      at(time_ms, call) {
        alarm = { time_ms, call };
        return () => {
          alarm = null;
        };
      },
    };
    const stream = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const chunk = chunks[next];
          next += 1;
          if (!chunk) return controller.close();
          const due_ms = now_ms + chunk[0];
          await Promise.resolve();
          if (alarm && alarm.time_ms < due_ms) {
            now_ms = alarm.time_ms;
            alarm.call();
            return new Promise<void>(() => {});
          }
          now_ms = due_ms;
          controller.enqueue(new Uint8Array(chunk[1]).fill(0x20));
        },
        cancel() {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    return { stream, clock, at: () => now_ms, isCancelled: () => cancelled };
  }

  async function reasonOf(chunks: readonly (readonly [number, number])[]) {
    const body = timed(chunks);
    const result = await readBody(request(body.stream), 1_000_000, { clock: body.clock });
    return { reason: result.ok ? "ok" : result.refusal.reason, at: body.at(), cancelled: body.isCancelled() };
  }
  const every = (wait_ms: number, bytes: number, count: number) =>
    Array.from({ length: count }, () => [wait_ms, bytes] as const);

  test("a body whose first byte does not come is cut off", async () => {
    expect(await reasonOf([[11_000, 10]])).toEqual({ reason: "body_too_slow", at: 10_000, cancelled: true });
  });

  test("a byte a second is cut off after five", async () => {
    const { reason, at, cancelled } = await reasonOf(every(1_000, 1, 100));
    expect({ reason, cancelled }).toEqual({ reason: "body_too_slow", cancelled: true });
    expect(at).toBeLessThan(6_500);
  });

  test("a stall in the middle is cut off, however fast it was before", async () => {
    expect((await reasonOf([...every(1, 1_000, 10), [60_000, 10]])).at).toBeLessThan(20_000);
  });

  test("nothing takes longer than a minute from its first byte", async () => {
    const { reason, at } = await reasonOf(every(1_000, 1_100, 900));
    expect(reason).toBe("body_too_slow");
    expect(at).toBeLessThanOrEqual(61_000);
  });

  test("a slow but honest line gets through", async () => {
    // 2 KiB a second; blanks are no JSON, which is said only once all is read
    expect((await reasonOf(every(500, 1_024, 40))).reason).toBe("malformed_json");
  });
});

describe("reading", () => {
  test("gives the value back, however the bytes are cut into chunks", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }),
        async (value, cuts) => {
          const bytes = new TextEncoder().encode(JSON.stringify(value));
          const chunks: Uint8Array[] = [];
          let at = 0;
          for (const cut of [...cuts, bytes.length]) {
            chunks.push(bytes.slice(at, at + cut));
            at += cut;
          }
          const result = await read(streamOf(chunks), undefined, 1e6);
          expect(result).toEqual({ value: JSON.parse(JSON.stringify(value)) });
        },
      ),
    );
  });

  test("refuses what is not UTF-8, and forgives a byte order mark", async () => {
    for (const bytes of [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22], // an overlong slash
      [0x22, 0xed, 0xa0, 0x80, 0x22], // half of a surrogate pair
      [0x22, 0xe2, 0x82, 0x22], // cut short
      [0xff, 0xfe, 0x31, 0x00], // UTF-16
      [0x22, 0xf5, 0x80, 0x80, 0x80, 0x22], // beyond U+10FFFF
    ]) {
      expect(await read(Uint8Array.from(bytes))).toBe("malformed_json");
      expect(await detailOf(Uint8Array.from(bytes))).toBe("the body is not valid UTF-8");
    }
    expect(await read(Uint8Array.from([0xef, 0xbb, 0xbf, 0x31]))).toEqual({ value: 1 });
  });

  test.each([
    "",
    " ",
    "{",
    "}",
    "{'a':1}",
    '{"a":1,}',
    "[1,]",
    "NaN",
    "undefined",
    "01",
    '"a\nb"',
    "// x\n1",
    "1 2",
    "\u00a01",
  ])("refuses %j, which is not JSON", async (text) => {
    expect(await read(text)).toBe("malformed_json");
    expect(await detailOf(text)).toBe("the body is not valid JSON");
  });

  test("a request without a body is not JSON either", async () => {
    const bare = new Request(URL, { method: "POST", headers: { "Content-Type": "application/json" } });
    const result = await readBody(bare, MAX);
    expect(result.ok ? "read" : result.refusal.reason).toBe("malformed_json");
  });

  test("refuses deep nesting before parsing", async () => {
    expect(await read("[".repeat(33) + "]".repeat(33))).toBe("malformed_json");
    expect(await detailOf("[".repeat(33) + "]".repeat(33))).toMatch(/levels deep/);
    expect(typeof (await read("[".repeat(32) + "]".repeat(32)))).toBe("object");
  });

  test("keeps __proto__ a field like any other", async () => {
    const result = (await read('{"__proto__":{"polluted":true},"a":1}')) as { value: object };
    expect(Object.keys(result.value)).toEqual(["__proto__", "a"]);
    expect(Object.getPrototypeOf(result.value)).toBe(Object.prototype);
    expect(({} as { polluted?: true }).polluted).toBeUndefined();
  });

  test("never throws and never repeats what it refuses", async () => {
    const MARK = "zq7Xk";
    const bytes = fc.uint8Array({ maxLength: 200 });
    const texts = fc.string({ unit: anyCharacter, maxLength: 200 }).map((text) => text + MARK);
    await fc.assert(
      fc.asyncProperty(fc.oneof(bytes, texts), async (body) => {
        const result = await readBody(request(body as Body), MAX);
        if (!result.ok) expect(JSON.stringify(result.refusal)).not.toContain(MARK);
      }),
      { numRuns: 500 },
    );
  });
});

interface JsonCase {
  readonly name: string;
  readonly expect: "accept" | "reject" | "either";
  readonly body_b64?: string;
  readonly repeat_b64?: string;
  readonly count?: number;
  readonly tail_b64?: string;
}

describe.skipIf(!corporaRoot)(`JSON test suite${corporaNote}`, () => {
  const cases = readCorpusLines("json/jsontestsuite.jsonl") as JsonCase[];
  const decode = (text = "") => Buffer.from(text, "base64");
  const bytesOf = (each: JsonCase) =>
    each.body_b64 === undefined
      ? Buffer.concat([
          ...new Array<Buffer>(each.count ?? 1).fill(decode(each.repeat_b64)),
          decode(each.tail_b64),
        ])
      : decode(each.body_b64);

  test("what must be accepted is, what must be refused is, as 400 or 413", async () => {
    expect(cases.length).toBeGreaterThan(300);
    for (const each of cases) {
      const result = await read(bytesOf(each), undefined, BODY_BYTES_MAX);
      if (each.expect === "accept") expect(typeof result, each.name).toBe("object");
      if (each.expect === "reject") expect(["malformed_json", "body_too_large"], each.name).toContain(result);
    }
  });
});

describe("a table", () => {
  const { body_bytes_max = 0, body_table: table } = planOperations.importPlan;
  const readTable = async (text: string) => {
    const result = await readBody(request(text, { "Content-Type": "text/csv" }), body_bytes_max, { table });
    return result.ok ? (result.value as { tasks: unknown[] }).tasks.length : result.refusal;
  };

  test("of as many tasks as a document may have is read, with every column", async () => {
    const row = csvRow(PLAN_COLUMNS.map(() => ""));
    expect(await readTable(csvRow(PLAN_COLUMNS) + row.repeat(PLAN_TASKS_MAX))).toBe(PLAN_TASKS_MAX);
  });

  test("of more rows is refused before any becomes a task", async () => {
    const errors = [
      { pointer: "/tasks", detail: expect.stringMatching(/^expected at most 10000 tasks: .* in parts/u) },
    ];
    expect(await readTable(`ref,title\n${"a\n".repeat(10_001)}`)).toMatchObject({ errors });
  });

  test("of next to nothing but cells is refused while it is read", async () => {
    for (const text of [`ref,title\n${"a\n".repeat(4_000_000)}`, ",".repeat(8_000_000)]) {
      const detail = expect.stringMatching(/^line \d+: there are more than 131072 cells: send it in parts$/u);
      expect(await readTable(text)).toMatchObject({ reason: "malformed_request", detail });
    }
  });
});

describe("a document of a project's tasks", () => {
  const { body_bytes_max, body_table: table } = planOperations.importPlan;
  const count = <Value>(length: number, each: (at: number) => Value) =>
    Array.from({ length }, (_, at) => each(at));

  test("as it is exported is read with as many tasks and dependencies as a document may have", async () => {
    const { start, task, end } = PLAN_FORMATS.json;
    const refs = count(PLAN_TASKS_MAX, (at) => `t${at + 1}`);
    const tasks = refs.map(
      (ref, at): PlanTask => ({
        ...{
          ref,
          title: "Paint",
          description: "",
          status: "open",
          priority: "normal",
          due_at: null,
          parent: null,
        },
        estimate: { optimistic: 1, likely: 2, pessimistic: 3 },
        ...{ skills: ["go"], labels: ["ui"], depends_on: refs.slice(Math.max(0, at - DEPENDENCIES_MAX), at) },
      }),
    );
    const written = tasks.map((each, at) => task({ id: "", updated_at_ms: 0, task: each }, at)).join("");
    const text = start({ name: "Launch", description: "" }) + written + end();
    const result = await readBody(request(text), body_bytes_max, { table });
    expect(result.ok ? "read" : result.refusal).toBe("read");
    expect((result as { value: { tasks: unknown } }).value.tasks).toEqual(tasks);
  });

  test("of next to nothing but members is refused before it is parsed, and any other body with fewer", async () => {
    const lists = (members: number) => `[${"0,".repeat(members)}0]`;
    for (const [members_max, reading] of [
      [1_198_372, { table }],
      [524_288, {}],
    ] as const) {
      const of = (members: number) => readBody(request(lists(members)), body_bytes_max, reading);
      expect(await of(members_max)).toMatchObject({ ok: true });
      expect(await of(members_max + 1)).toMatchObject({ refusal: { reason: "malformed_json" } });
    }
  });
});
