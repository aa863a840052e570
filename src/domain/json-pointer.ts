// JSON pointers (RFC 6901) into parsed JSON. Own members alone are found, so that nothing of a prototype ever is; an
// item of an array by its index as the RFC spells it.

/** What the pointer leads to; undefined where there is nothing. */
export function resolvePointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(found)) {
      found = /^(?:0|[1-9][0-9]{0,8})$/u.test(name) ? found[Number(name)] : undefined;
    } else if (typeof found === "object" && found !== null && Object.hasOwn(found, name)) {
      found = (found as Record<string, unknown>)[name];
    } else return undefined;
  }
  return found;
}
