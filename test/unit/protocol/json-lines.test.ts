// Lines out of a stream in whatever pieces it comes, and a stream out of texts as they are asked for.
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { linesOf, streamOf } from "../../../src/protocol/json-lines.ts";

const piecesOf = (bytes: Uint8Array, size: number) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });

async function all(lines: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const line of lines) found.push(line);
  return found;
}

describe("lines", () => {
  test("are the same however the stream is cut, within characters too", async () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "é", "\u{1f600}", "\n", "\ufeff") }));
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 9 }), async (parts, size) => {
        const text = parts.join("");
        const wanted = text.split("\n");
        if (wanted.at(-1) === "") wanted.pop();
        expect(await all(linesOf(piecesOf(new TextEncoder().encode(text), size)))).toEqual(wanted);
      }),
    );
  });

  test("that come in many pieces are looked at once", async () => {
    const split = vi.spyOn(String.prototype, "split");
    const found = await all(linesOf(piecesOf(new Uint8Array(100_000).fill(0x61), 100)));
    const looked_at = split.mock.contexts.reduce<number>((sum, text) => sum + String(text).length, 0);
    split.mockRestore();
    expect(found).toEqual(["a".repeat(100_000)]);
    expect(looked_at).toBe(100_000);
  });

  test("that are no UTF-8 end the stream with an error", async () => {
    await expect(all(linesOf(piecesOf(new Uint8Array([0x61, 0xff]), 1)))).rejects.toThrow(TypeError);
  });

  test("that end within a character end the stream with an error", async () => {
    for (const cut of [[0xc3], [0x61, 0xf0, 0x9f, 0x98], [0x61, 0x0a, 0xe2]]) {
      await expect(all(linesOf(piecesOf(new Uint8Array(cut), 1)))).rejects.toThrow(TypeError);
    }
  });
});

describe("a stream of texts", () => {
  test("carries them one by one, none before it is asked for", async () => {
    let asked = 0;
    function* texts() {
      for (const text of ["a\n", "é\n", "c\n"]) {
        asked += 1;
        yield text;
      }
    }
    const reader = streamOf(texts()).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("a\n");
    expect(asked).toBe(1);
    expect(new TextDecoder().decode((await reader.read()).value)).toBe("é\n");
    await reader.read();
    expect((await reader.read()).done).toBe(true);
  });

  test("passes over empty ones, wherever they stand", async () => {
    const texts = ["", "a\n", "", "", "b\n", ""];
    expect(await all(linesOf(streamOf(texts.values())))).toEqual(["a", "b"]);
    expect(await all(linesOf(streamOf(["", ""].values())))).toEqual([]);
  });

  test("ends with an error where their source throws", async () => {
    // biome-ignore lint/correctness/useYield: it fails before its first text
    async function* broken(): AsyncGenerator<string> {
      throw new RangeError("gone");
    }
    await expect(all(linesOf(streamOf(broken())))).rejects.toThrow("gone");
  });

  test("that nobody reads on tells its source so", async () => {
    let ended = false;
    function* texts() {
      try {
        for (;;) yield "a\n";
      } finally {
        ended = true;
      }
    }
    const reader = streamOf(texts()).getReader();
    await reader.read();
    await reader.cancel();
    expect(ended).toBe(true);
  });
});
