// Time of screening: per field of 200 characters, and how it grows on inputs made to be slow. Processor time, so that
// a busy machine does not count.
import { screen } from "../../../src/defence/screen.ts";
import { readCorpusLines } from "../../unit/corpora.ts";

export interface Speed {
  readonly field_us: number;
  readonly fields_per_second: number;
  /** Microseconds per character at 8 KiB and at 64 KiB, of the worst input found. */
  readonly worst_input: string;
  readonly worst_small_us: number;
  readonly worst_large_us: number;
}

const FIELD = 200;
const ROUNDS = 7;
/** Before them, so that what counts has been compiled. */
const ROUNDS_BEFORE = 8;

export function measureSpeed(): Speed {
  const fields = honestFields();
  const screenAll = () => {
    for (const field of fields) screen(field, "free_text");
  };
  for (let round = 0; round < ROUNDS_BEFORE; round += 1) screenAll();
  const times = Array.from({ length: ROUNDS }, () => cpu_us(screenAll));
  const field_us = median(times) / fields.length;
  const worst = worstInput();
  return { field_us, fields_per_second: 1e6 / field_us, ...worst };
}

const LINES = [
  "Reuse a single reader for all prompts; each of them created its own and lost what the first had read ahead. ",
  "fix(api): don't drop the table's cache on update (#42), see https://example.org/a?b=1&c=2 and `npm test`. ",
];

function honestFields(): string[] {
  const rows = readCorpusLines("injection/benign.public.jsonl") as { text: string }[];
  const text = (rows.length > 0 ? rows.map((row) => row.text) : LINES)
    .join(" ")
    .padEnd(FIELD * 500, LINES.join(""));
  return Array.from({ length: Math.floor(text.length / FIELD) }, (_, at) =>
    text.slice(at * FIELD, (at + 1) * FIELD),
  );
}

/** Pieces that are repeated; one and two at a time, whatever costs most per character. */
const PIECES = [
  ..."% %25 %u %c0 & &# &#x &lt; &amp; \\ \\x \\x41 \\u{ 0x 0x2f /* */ /*! ' '' a' a^ \" ` ( f( ) [ { {{ , ; : . .. ...".split(
    " ",
  ),
  ..."../ ..\\ / // - -- + * = == < <a </ <! > | || && $ $( ${ # #1 @ @@ ^ ~ ! ? \0 \n \t ﷺ а e\u0301 \u200b 😀 a select 1 on=".split(
    " ",
  ),
  " ",
];

function worstInput(): Pick<Speed, "worst_input" | "worst_small_us" | "worst_large_us"> {
  const small = 8_192;
  const large = 65_536;
  let worst = { piece: "", cost: 0 };
  for (const first of PIECES) {
    for (const second of ["", ...PIECES]) {
      const piece = first + second;
      const text = filled(piece, 2_048);
      const cost = cpu_us(() => screen(text, "free_text"));
      if (cost > worst.cost) worst = { piece, cost };
    }
  }
  const timeOf = (size: number) => {
    const text = filled(worst.piece, size);
    return Math.min(...Array.from({ length: ROUNDS }, () => cpu_us(() => screen(text, "free_text"))));
  };
  timeOf(small);
  return {
    worst_input: JSON.stringify(worst.piece),
    worst_small_us: timeOf(small) / small,
    worst_large_us: timeOf(large) / large,
  };
}

const filled = (piece: string, size: number): string =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);

function cpu_us(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
