// Templates of a mapping: text with places that a delivery's body fills in, once. What is filled in is never read as a
// template again. Header values have no place here: no signature covers them.
//   {{/issue/title}}  a JSON pointer (RFC 6901) into the body    {{/issue/body?}}  nothing where it is missing
//   {{item/message}}  into the item of a rule with `each`        {{reference}}     the number that the item refers to

export type TemplatePart =
  | { readonly text: string }
  | { readonly from: "body" | "item"; readonly pointer: string; readonly optional: boolean }
  | { readonly from: "reference" };

const STEP = String.raw`(?:\/(?:[A-Za-z0-9_.$@:+-]|~[01]){1,64})`;
/** Into the body: at least one step, twelve at most. */
export const POINTER = new RegExp(`^${STEP}{1,12}$`, "u");
const PLACE = new RegExp(String.raw`\{\{(?:(reference)|(item)?(${STEP}{1,12})(\?)?)\}\}`, "gu");

/** The parts of a template in their order; null where `{{` begins no place. */
export function parseTemplate(template: string): TemplatePart[] | null {
  const parts: TemplatePart[] = [];
  let end = 0;
  const take = (text: string): boolean => {
    if (text !== "") parts.push({ text });
    return !text.includes("{{");
  };
  for (const match of template.matchAll(PLACE)) {
    if (!take(template.slice(end, match.index))) return null;
    const [whole, reference, item, pointer, optional] = match;
    if (reference !== undefined) parts.push({ from: "reference" });
    else parts.push({ from: item ? "item" : "body", pointer: pointer!, optional: optional !== undefined });
    end = match.index + whole.length;
  }
  return take(template.slice(end)) ? parts : null;
}
