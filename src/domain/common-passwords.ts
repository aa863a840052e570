// What everybody tries first: some 49,000 passwords, and walks along the keys of a keyboard, both from the package
// @zxcvbn-ts/language-common. Unpacked on first use, since most isolates never see a new password.

export interface CommonPasswords {
  /** Whether a lower-case text of any length is among them. */
  has(text: string): boolean;
}

/** Key to its neighbours on one layout; each neighbour is the characters of one key, or null where there is none. */
type Keyboard = Readonly<Record<string, readonly (string | null)[]>>;

const LAYOUTS = ["qwerty", "qwertz", "azerty"];

let loading: Promise<CommonPasswords> | undefined;

export function loadCommonPasswords(): Promise<CommonPasswords> {
  loading ??= import("@zxcvbn-ts/language-common").then(({ dictionary, adjacencyGraphs }) => {
    const listed = new Set(dictionary["passwords-common"] as string[]);
    const graphs = adjacencyGraphs as unknown as Record<string, Keyboard>;
    const keyboards = LAYOUTS.map((layout) => graphs[layout] ?? {});
    return { has: (text) => listed.has(text) || keyboards.some((keyboard) => isWalk(text, keyboard)) };
  });
  return loading;
}

/** Whether each key of the text lies beside the one before it. */
function isWalk(text: string, keyboard: Keyboard): boolean {
  const keys = [...text];
  return keys.every((key, index) => {
    if (index === 0) return true;
    return keyboard[keys[index - 1]!]?.some((neighbour) => neighbour?.includes(key)) ?? false;
  });
}
