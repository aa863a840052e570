// Words written letter by letter (`i g n o r e`, `i.g.n.o.r.e`), put together again.

const LETTERS_MIN = 4;

/** The text with its spaced words joined; the text itself where there are none. */
export function joinSpaced(text: string): string {
  let out = "";
  let copied = 0;
  let index = 0;
  while (index < text.length) {
    if (!isLetter(text, index) || isLetter(text, index - 1)) {
      index += 1;
      continue;
    }
    const splitter = text[index + 1] ?? "";
    let letters = 1;
    let end = index;
    let word = text[index]!;
    while (isSplitter(splitter) && text[end + 1] === splitter && isLetter(text, end + 2)) {
      if (isLetter(text, end + 3)) break;
      end += 2;
      letters += 1;
      word += text[end];
    }
    if (letters >= LETTERS_MIN) {
      out += text.slice(copied, index) + word;
      copied = end + 1;
    }
    index = end + 1;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

const isSplitter = (character: string): boolean =>
  character === " " || character === "." || character === "-" || character === "_" || character === "*";

function isLetter(text: string, index: number): boolean {
  const code = text.charCodeAt(index) | 0x20;
  return (code >= 0x61 && code <= 0x7a) || code >= 0xe0;
}
