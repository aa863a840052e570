// What others ask for, line by line, and what answers each: controls, the operator's duty, a reason why it does not
// apply, or the plain word that it is still open.
//   <id> | <in a few words> | <names of controls>
//   <id> | <in a few words> | operator: <what the operator does>     (after controls, too, behind a semicolon)
//   <id> | <in a few words> | none: <why it does not apply>
//   <id> | <in a few words> | open: <what is missing>                (after controls, too)

export interface Requirement {
  readonly id: string;
  readonly asks: string;
  /** Names of controls; empty where nothing of the product answers. */
  readonly controls: readonly string[];
  readonly operator: string | null;
  readonly not_applicable: string | null;
  readonly open: string | null;
}

export interface Framework {
  readonly name: string;
  readonly requirements: readonly Requirement[];
}

const PARTS = ["operator", "none", "open"] as const;

/** Reads a framework's lines. Throws on a line of another shape: the evidence is then worth nothing. */
export function framework(name: string, lines: string): Framework {
  const requirements = lines
    .trim()
    .split("\n")
    .map((line) => requirement(line.trim()));
  return { name, requirements };
}

function requirement(line: string): Requirement {
  const [id, asks, answer, ...rest] = line.split(" | ");
  if (!id || !asks || !answer || rest.length > 0) throw new Error(`not a requirement: ${line}`);
  const said: Partial<Record<(typeof PARTS)[number], string>> = {};
  const controls: string[] = [];
  for (const part of answer.split(/; (?=(?:operator|none|open): )/)) {
    const kind = PARTS.find((each) => part.startsWith(`${each}: `));
    if (kind) said[kind] = part.slice(kind.length + 2);
    else controls.push(...part.split(" "));
  }
  const { operator = null, none: not_applicable = null, open = null } = said;
  return { id, asks, controls, operator, not_applicable, open };
}
