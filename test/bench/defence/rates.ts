// Rates of the detectors on the corpora: what is found in the strict contexts and in free text, and what honest text
// is mistaken for an attack.
import { detectInjections, detectPrompt } from "../../../src/defence/detect.ts";
import { POLICIES, PROMPT_FOUND_FROM } from "../../../src/defence/policy.ts";
import { screen, type Verdict } from "../../../src/defence/screen.ts";
import type { TextContext } from "../../../src/schema/context.ts";
import { readCorpusLines } from "../../unit/corpora.ts";
import { hasKeyword, hasPhrase } from "./keyword-detector.ts";

export interface Rate {
  readonly what: string;
  readonly context: string;
  readonly texts: number;
  /** Shares of the texts, 0 to 1. */
  readonly refused: number;
  readonly recorded: number;
  /** Of attacks: those that the detector of their own class names. */
  readonly own_class: number | null;
  readonly keywords: number;
}

interface Row {
  readonly text: string;
  readonly label: string;
  readonly exotic?: true;
}

/** Where each class of attack would take effect. */
const STRICT: Readonly<Record<string, TextContext>> = {
  sqli: "identifier",
  xss: "identifier",
  path: "file_name",
  cmd: "identifier",
  ldap: "identifier",
};

export function injectionRates(): Rate[] {
  const attacks = readCorpusLines("injection/attacks.public.jsonl") as Row[];
  const benign = readCorpusLines("injection/benign.public.jsonl") as Row[];
  const rates: Rate[] = [];
  for (const [label, strict] of Object.entries(STRICT)) {
    const texts = attacks.filter((row) => row.label === label);
    rates.push(rateOf(label, strict, texts, label), rateOf(label, "free_text", texts, label));
    const plain = texts.filter(({ exotic }) => !exotic);
    if (plain.length < texts.length) rates.push(rateOf(`${label}, exotic left out`, strict, plain, label));
  }
  rates.push(rateOf("all attacks", "free_text", attacks, null), rateOf("benign", "free_text", benign, null));
  // What stands in strict contexts when nobody attacks: single words, and links.
  const words = [...new Set(benign.flatMap(({ text }) => text.split(" ")))].filter(isPlainWord);
  rates.push(rateOf("benign words", "identifier", words.map(asRow), null));
  rates.push(
    rateOf(
      "benign words",
      "file_name",
      words.map((word) => asRow(`${word}.txt`)),
      null,
    ),
  );
  const links = (readCorpusLines("ssrf/urls.public.jsonl") as { url: string; verdict: string }[])
    .filter(({ verdict }) => verdict === "allow")
    .map(({ url }) => asRow(url));
  rates.push(rateOf("benign links", "url", links, null));
  return rates.filter(({ texts }) => texts > 0);
}

const asRow = (text: string): Row => ({ text, label: "benign" });
const isPlainWord = (word: string): boolean => /^\p{L}[\p{L}\p{N}_-]*$/u.test(word);

function rateOf(what: string, context: TextContext, texts: readonly Row[], label: string | null): Rate {
  const policy = POLICIES[context];
  const found_from = policy.action === "off" ? 2 : policy.found_from;
  const verdicts = texts.map(({ text }) => screen(text, context).verdict);
  const share = (count: number) => count / texts.length;
  const is = (wanted: Verdict) => share(verdicts.filter((verdict) => verdict === wanted).length);
  const named = texts.filter(({ text }) =>
    detectInjections(text, found_from).some((one) => one.class === label),
  );
  return {
    what,
    context,
    texts: texts.length,
    refused: is("refuse"),
    recorded: is("refuse") + is("record"),
    own_class: label === null ? null : share(named.length),
    keywords: share(texts.filter(({ text }) => hasKeyword(text)).length),
  };
}

export function promptRates(): Rate[] {
  const rows = readCorpusLines("prompt-injection/prompt_injection.public.jsonl") as Row[];
  return ["injection", "benign"].flatMap((label) => {
    const texts = rows.filter((row) => row.label === label);
    if (texts.length === 0) return [];
    const found =
      texts.filter(({ text }) => detectPrompt(text, PROMPT_FOUND_FROM).length > 0).length / texts.length;
    const keywords = texts.filter(({ text }) => hasPhrase(text)).length / texts.length;
    return [
      {
        what: label === "injection" ? "prompt injection" : "benign",
        context: "prompt",
        texts: texts.length,
        refused: found,
        recorded: found,
        own_class: null,
        keywords,
      },
    ];
  });
}
