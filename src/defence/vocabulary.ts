// Every word that a detector knows, in groups: what one word of a group shows, any of them shows.
// A word that several detectors know belongs to the first that lists it.
import { COMMAND } from "./command.ts";
import { LDAP } from "./ldap.ts";
import { PATH } from "./path.ts";
import { SQLI } from "./sqli.ts";
import { XSS } from "./xss.ts";

/** Group → its words in lower case, separated by spaces. */
export type Vocabulary = Readonly<Record<string, string>>;

export const WORD_GROUPS: Vocabulary = { ...SQLI, ...COMMAND, ...XSS, ...LDAP, ...PATH };
