// What texts of the strict contexts are made of, as lists of what may stand in them: a name has no quotes, a file
// name no separators (POSIX, Windows' reserved names), an e-mail address no spaces, a link a scheme of the web.
import type { TextContext } from "../schema/context.ts";
import { isBidirectional, isInvisible } from "./canonicalise-characters.ts";

/** What does not belong into a text of this context, as the name of the rule; null if all does. */
export function foreignTo(context: TextContext, text: string): string | null {
  switch (context) {
    case "identifier":
      return hasOther(text, " ._-+@'’") ? "character" : null;
    case "email":
      return emailComplaint(text);
    case "file_name":
      return fileNameComplaint(text);
    case "url":
      return urlComplaint(text);
    default:
      return null;
  }
}

/** Anything but letters, marks and digits of any script and the given punctuation. */
function hasOther(text: string, allowed: string): boolean {
  for (const character of text) {
    if (allowed.includes(character)) continue;
    if (isHidden(character.codePointAt(0)!) || !LETTER_OR_DIGIT.test(character)) return true;
  }
  return false;
}

/** One character at a time: nothing to backtrack over. */
const LETTER_OR_DIGIT = /[\p{L}\p{M}\p{N}]/u;

const isHidden = (code: number): boolean => isInvisible(code) || isBidirectional(code);

function emailComplaint(text: string): string | null {
  const at = text.lastIndexOf("@");
  if (at < 1 || at === text.length - 1) return "address";
  if (hasOther(text.slice(0, at), ".!#$%&'*+-/=?^_`{|}~")) return "character";
  return hasOther(text.slice(at + 1), ".-") ? "character" : null;
}

const RESERVED = new Set(
  "con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9".split(
    " ",
  ),
);

function fileNameComplaint(text: string): string | null {
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x20 || code === 0x7f || '/\\:*?"<>|%'.includes(character)) return "separator";
    if (isHidden(code) || code === 0x2044 || code === 0x2215 || code === 0x2216) return "separator";
  }
  if (text === "" || text.startsWith("..") || text === ".") return "dots";
  if (text.endsWith(".") || text.endsWith(" ")) return "dots";
  return RESERVED.has(text.split(".")[0]!.toLowerCase()) ? "reserved" : null;
}

/** The guard of src/defence/ssrf.ts says more about links that this service is to follow itself. */
function urlComplaint(text: string): string | null {
  if (hasControlOrSpace(text)) return "character";
  if (!URL.canParse(text)) return "address";
  const { protocol, username, password } = new URL(text);
  if (protocol !== "https:" && protocol !== "http:") return "scheme";
  return username !== "" || password !== "" ? "credentials" : null;
}

function hasControlOrSpace(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code <= 0x20 || code === 0x7f || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x5c)
      return true;
  }
  return false;
}
