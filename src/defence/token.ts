// The alphabet of the detectors: every token that the lexer can give, with its name and number.
// A token is a punctuation mark in its role (`../`, `--`, `<a`), a kind of literal, or the group of a known word.
import { WORD_GROUPS } from "./vocabulary.ts";

/** Marks and literals; the groups of words follow them. Their names are what evidence and weights say. */
const MARKS = [
  "^ $ word num hex ref flag var nl nul ctl sym ‘ ' \" ` (",
  "f( ) [ ] { {{ } , ; : :: . ? ! + - -- * ~ @ @@ # % = == <> => -> < <= > << >> <a </ <! <?",
  "/> | || & && $( ${ / /a // :// \\ \\\\ ../ ..\\ .. ... c: /* */ %hh %u %over &ent; {, \\x \\n 0x2e <- ^^ run",
].flatMap((row) => row.split(" "));

export const TOKEN_NAMES: readonly string[] = [...MARKS, ...Object.keys(WORD_GROUPS)];
const NUMBERS = new Map(TOKEN_NAMES.map((name, number) => [name, number]));
export const numberOf = (name: string): number => {
  const number = NUMBERS.get(name);
  if (number === undefined) throw new Error(`no token is called ${name}`);
  return number;
};
