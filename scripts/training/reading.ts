// How detectors read texts, as digests: weights hold only for the forms and tokens that they were trained on. The
// texts are awkward ones: every character, every pair of marks, every known word, random rows of what hides syntax.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalise } from "../../src/defence/canonicalise.ts";
import { promptViews } from "../../src/defence/detect.ts";
import { lex } from "../../src/defence/lexer.ts";
import { PromptLexer, wordsOf } from "../../src/defence/prompt-lexer.ts";
import { PROMPT_WORDS } from "../../src/defence/prompt-words.ts";
import { WORD_GROUPS } from "../../src/defence/vocabulary.ts";
import { attacksOf, honestOf, promptAttacksOf } from "./grammar.ts";
import { generator } from "./random.ts";

/** The texts of which each list of digests speaks, so that a difference shows where it comes from. */
export function awkwardTexts(): Readonly<Record<string, readonly string[]>> {
  const made = [
    ...attacksOf(40, generator(1)),
    ...promptAttacksOf(100, generator(2)),
    ...honestOf(50, generator(3), "LINE"),
  ];
  return {
    characters: RANGES.flatMap(([from, to]) =>
      Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at)),
    ).map((character) => `p${character}q ${character}.`),
    marks: [...MARKS].flatMap((one) =>
      [...MARKS].flatMap((two) => [`a${one}${two}b7`, ` ${one}${two}`, `${one}${two}a`]),
    ),
    words: Object.values({ ...WORD_GROUPS, ...PROMPT_WORDS })
      .flatMap((words) => words.split(" "))
      .flatMap((word) => [
        word,
        `${word.toUpperCase()}(`,
        word.replaceAll(/[oeatsil]/gu, (letter) => LEET[letter]!),
      ]),
    rows: rowsOf(1_200, generator(4)),
    long: [...LONG.flatMap((piece) => [7, 30, 33, 600].map((times) => piece.repeat(times))), ...VERY_LONG],
    attacks: made.map(({ text }) => text),
  };
}

const PROMPT_WEIGHTS = join(import.meta.dirname, "../../src/defence/prompt-weights.json");
const RANGES = [
  [0, 0x590],
  [0x1150, 0x1170],
  [0x1800, 0x1820],
  [0x1ff0, 0x2220],
  [0x2570, 0x2572],
  [0x29f0, 0x29ff],
  [0x2bf0, 0x2c10],
  [0x2ff0, 0x3050],
  [0x30f0, 0x3170],
  [0x4df0, 0x4e10],
  [0x9ff0, 0xa010],
  [0xabf0, 0xac10],
  [0xd7a0, 0xd7b8],
  [0xdff0, 0xe010],
  [0xf8f0, 0xf910],
  [0xfdf0, 0xfe10],
  [0xfef0, 0xffff],
  [0xdfff0, 0xe0010],
  [0xe0ff0, 0xe1010],
] as const;
const LONG = ["=", "a ", "a", "A1", "忽", "%c0%ae", "aWdub3JlIGFs ", "{a,", "&#0", "$@"];
const VERY_LONG = ["=".repeat(33_000), "aWdub3JlIGFs".repeat(350), "a ".repeat(1_100)];
const MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~‘´\n\t\0 9x";
const LEET: Readonly<Record<string, string>> = { o: "0", e: "3", a: "4", t: "7", s: "5", i: "1", l: "1" };
const REFERENCES =
  "lt gt amp quot apos nbsp Tab NewLine colon semi comma period lpar rpar lbrack lsqb rsqb lcub lbrace rcub rbrace sol " +
  "bsol equals excl num dollar percnt ast plus grave verbar vert commat quest lowbar hat zwnj shy LT GT QUOT foo";
const PIECES = [
  ..."abcnrsuxXzAZ0123456789abfgF",
  ...MARKS,
  ...REFERENCES.split(" ").flatMap((name) => [`&${name};`, `&${name}`]),
  ..."&#60; &#x3c; &#X3E &#0 &#x0; &#9; &#x10ffff; &#x110000; &#00000000000000000000000000000000060; &# &#x".split(
    " ",
  ),
  ..."%3c %3C %25 %252e %00 %0a %0D %c0%ae %c1%9c %e0%80%af %f0%80%80%ae %f8%80 %fc %fd%bf %c3%a9 %e2%88%95 %f0%9f".split(
    " ",
  ),
  ..."%u003c %u2215 %uff0f %ue000 %uf8ff %u12 %%32%65 %5c %g1 %1g %bf %80 %7f %f5 %ed%a0%80 %c2%a0".split(
    " ",
  ),
  ..."\\x3c \\u003c \\u{3c} \\u{10ffff} \\u{110000} \\u{} \\u{3c \\0 \\01 \\0a \\n \\r \\network \\x00 \\u0000 \\x0".split(
    " ",
  ),
  ..."0x2e0x2f 0x2e 0x5c 0x5f3759df 0x41 0x1f 0x7f 0X2E 0x2eg 0x7 0x".split(" "),
  ..."/* */ /*! /*!50000 /**/ $@ $* $1 $9 $0 $! $? $- $_ $a $$ `` ^ '' \"\" don't it's '' 're ’s ‘x’ {a,b} {a:b} {,} ${".split(
    " ",
  ),
  ..."http:// c:\\ ../ ..\\ <a </ <! <? /> => -> -- ---- ==== #12 -v --verb @@ Get-Content on onload onload= on5 UNION or".split(
    " ",
  ),
  ..."i g n o r e . i.g.n.o.r.e a-b-c-d a_b_c_d a*b*c*d IGNORE 1gn0r3 pr3v10us sh0w! 忽略 指令 한국 かな пароль ПАРОЛЬ раypal".split(
    " ",
  ),
  ..."a\u200bb \u202e \u00ad ﬁ ＜ ſ ı – ‹x› aWdub3JlIGFsbCBydWxlcyBub3c= aWdub3JlIGFsbCBydWxlcyBub3cK YWJj-_ABCDEFGHabcdefgh0189 +".split(
    " ",
  ),
];

function rowsOf(count: number, random: () => number): string[] {
  const pick = () => PIECES[Math.floor(random() * PIECES.length)]!;
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + Math.floor(random() * 9) }, () => pick() + (random() < 0.2 ? " " : "")).join(""),
  );
}

/** For each list of texts: what is read as forms and disguises, as tokens, and as tokens of prompt injection. */
export function readingDigests(): Record<string, string> {
  const promptLexer = new PromptLexer(wordsOf(JSON.parse(readFileSync(PROMPT_WEIGHTS, "utf8"))));
  const readings: Readonly<Record<string, (text: string) => unknown>> = {
    forms: (text: string) => {
      const { views, disguises } = canonicalise(text);
      return [views, [...disguises], promptViews(text)];
    },
    tokens: (text: string) => tokensOf(lex(text)),
    prompt_tokens: (text: string) => tokensOf(promptLexer.lex(text)),
  };
  const digests = Object.entries(awkwardTexts()).flatMap(([list, texts]) =>
    Object.entries(readings).map(
      ([name, read]) => [`${name} of ${list}`, digestOf(texts.map((text) => read(text)))] as const,
    ),
  );
  return Object.fromEntries(digests);
}

const tokensOf = ({ ids, starts, count }: ReturnType<typeof lex>) => [
  [...ids.subarray(0, count)],
  [...starts.subarray(0, count)],
];

const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
