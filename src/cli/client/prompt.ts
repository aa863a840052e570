// Questions in a terminal; what is secret is not shown while it is typed. Answers may also come from a pipe.
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** The input ended before the question was answered. */
export class InputEnded extends Error {}

export interface Prompt {
  ask(question: string): Promise<string>;
  askSecret(question: string): Promise<string>;
  close(): void;
}

export function createPrompt(): Prompt {
  let hidden = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!hidden) process.stdout.write(chunk);
      done();
    },
  });
  const { stdin } = process;
  const reader = createInterface({ input: stdin, output, terminal: stdin.isTTY ?? false });
  const lines = reader[Symbol.asyncIterator]();
  const answerTo = async (question: string): Promise<string> => {
    process.stdout.write(`${question}: `);
    const { done, value } = await lines.next();
    if (done) throw new InputEnded("The input ended before this was answered.");
    return value;
  };
  return {
    ask: async (question) => (await answerTo(question)).trim(),
    async askSecret(question) {
      hidden = true;
      try {
        return await answerTo(question);
      } finally {
        hidden = false;
        process.stdout.write("\n");
      }
    },
    close: () => reader.close(),
  };
}
