// JSON Lines: one JSON text in each line, over a stream of bytes in whatever pieces they come.

/**
 * The lines of a stream, without their ends; none is held longer than until it is whole. Throws TypeError for what is
 * not UTF-8, also where the stream ends within a character.
 */
export async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  let rest = "";
  for await (const chunk of stream as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>) {
    const [first, ...more] = decoder.decode(chunk, { stream: true }).split("\n");
    // A line is looked at once it is whole, not with each piece of it: that would be quadratic.
    rest += first;
    for (const next of more) {
      yield rest;
      rest = next;
    }
  }
  rest += decoder.decode();
  if (rest !== "") yield rest;
}

/**
 * A stream of texts as they are asked for; empty ones, which a stream of bytes takes none of, are passed over. What the
 * texts' source throws ends the stream with an error.
 */
export function streamOf(texts: AsyncIterator<string> | Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      let next = await texts.next();
      while (!next.done && next.value === "") next = await texts.next();
      if (!next.done) controller.enqueue(encoder.encode(next.value));
      else controller.close();
    },
    async cancel() {
      await texts.return?.();
    },
  });
}
