// The signature base of an HTTP message (RFC 9421 sections 2 and 2.5): one line for each covered component,
// then the signature's parameters. Refuses, always with the same null: components that the message does not
// have, unknown ones, one covered twice, trailers, parameters that a component does not take, query
// parameters that come twice, and values beyond ASCII.

import { encodeBase64 } from "./base64.ts";
import { utf8 } from "./base64url.ts";
import {
  type InnerList,
  type Item,
  type Parameters,
  parseDictionary,
  parseItem,
  parseList,
  serializeDictionary,
  serializeList,
  serializeMember,
} from "./structured-field.ts";

interface Fields {
  get(name: string): string | null;
}

/** A `Request` is one. Its URL is absolute and normalised, as the URL standard says. */
export interface RequestMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: Fields;
}

/** What a response says; `request` is what it answers, for components with the parameter `req`. */
export interface ResponseMessage {
  readonly status: number;
  readonly headers: Fields;
  readonly request?: RequestMessage;
}

export type Message = RequestMessage | ResponseMessage;

const COMPONENTS_MAX = 32;
const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
const ONE_LINE_ASCII = /^[\t -~]*$/;

/** What kind of structured field each is, for the parameters `sf` and `key`; of others it cannot be known. */
const FIELD_KINDS: Readonly<Record<string, "dictionary" | "list" | "item">> = {
  "accept-signature": "dictionary",
  "content-digest": "dictionary",
  "idempotency-key": "item",
  priority: "dictionary",
  ratelimit: "list",
  "ratelimit-policy": "list",
  "repr-digest": "dictionary",
  signature: "dictionary",
  "signature-input": "dictionary",
  "want-content-digest": "dictionary",
  "want-repr-digest": "dictionary",
};

/** What is signed for a message under `("name" …);parameters`, in ASCII, or null. */
export function signatureBase(message: Message, input: InnerList): string | null {
  if (input.items.length > COMPONENTS_MAX) return null;
  const parse = onceEach((url: string) => new URL(url)); // a long query is read once, not for each component
  const seen = new Set<string>();
  let base = "";
  for (const item of input.items) {
    const name = serializeMember(item);
    const same = item.parameters.size > 1 ? identity(item) : name;
    const value = componentValue(message, item, parse);
    if (value === null || !ONE_LINE_ASCII.test(value) || seen.has(same)) return null;
    seen.add(same);
    base += `${name}: ${value}\n`;
  }
  return `${base}"@signature-params": ${serializeMember(input)}`;
}

/** Equal for identifiers that name the same component, whatever the order of their parameters. */
function identity({ value, parameters }: Item): string {
  return serializeMember({
    value,
    parameters: new Map([...parameters].sort(([a], [b]) => (a < b ? -1 : 1))),
  });
}

type Parse = (url: string) => URL;

function componentValue(message: Message, { value: name, parameters }: Item, parse: Parse): string | null {
  if (typeof name !== "string" || parameters.has("tr")) return null;
  const source = sourceOf(message, parameters);
  if (!source) return null;
  const others = source === message ? parameters : new Map([...parameters].filter(([key]) => key !== "req"));
  return name.startsWith("@") ? derived(source, name, others, parse) : field(source.headers, name, others);
}

function sourceOf(message: Message, parameters: Parameters): Message | null {
  if (!parameters.has("req")) return message;
  return parameters.get("req") === true && "status" in message ? (message.request ?? null) : null;
}

function derived(message: Message, name: string, parameters: Parameters, parse: Parse): string | null {
  if ("status" in message) {
    return name === "@status" && parameters.size === 0 ? String(message.status).padStart(3, "0") : null;
  }
  const url = parse(message.url);
  if (name === "@query-param") return queryParameter(url, parameters);
  if (parameters.size > 0) return null;
  const target = url.href.split("#", 1)[0]!;
  switch (name) {
    case "@method":
      return message.method;
    case "@target-uri":
      return target;
    case "@authority":
      return url.host;
    case "@scheme":
      return url.protocol.slice(0, -1);
    case "@request-target":
      return target.slice(url.origin.length);
    case "@path":
      return url.pathname;
    case "@query":
      return url.search || "?";
    default:
      return null;
  }
}

function queryParameter(url: URL, parameters: Parameters): string | null {
  const name = parameters.get("name");
  if (typeof name !== "string" || parameters.size !== 1) return null;
  const decoded = percentDecode(name);
  if (decoded === null || percentEncode(decoded) !== name) return null;
  const [value, another] = url.searchParams.getAll(decoded);
  return value !== undefined && another === undefined ? percentEncode(value) : null;
}

function percentDecode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

// The form-urlencoded percent-encode set of the URL standard, with a space as %20 (RFC 9421 section 2.2.8).
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

// Lines of one name come joined by ", ". With `bs` that is one value, so the lines of a field that came in
// several are not told apart, and a signature over them fails.
function field(headers: Fields, name: string, parameters: Parameters): string | null {
  if (!FIELD_NAME.test(name)) return null;
  const value = withoutBlanks(headers.get(name));
  if (value === null || parameters.size === 0) return value;
  if (parameters.size > 1) return null;
  if (parameters.get("bs") === true) return `:${encodeBase64(utf8(value))}:`;
  if (parameters.get("sf") === true) return canonical(name, value);
  const key = parameters.get("key");
  return typeof key === "string" ? dictionaryMember(name, value, key) : null;
}

/**
 * Without the blanks around it (RFC 9110 section 5.5). `trim` would take other white space too, which is part of the
 * value: a signature would hold with it and without.
 */
const withoutBlanks = (value: string | null): string | null =>
  value === null ? null : (/^[\t ]*(.*[^\t ])?/su.exec(value)![1] ?? "");

function canonical(name: string, value: string): string | null {
  switch (FIELD_KINDS[name]) {
    case "dictionary":
      return written(parseDictionary(value), serializeDictionary);
    case "list":
      return written(parseList(value), serializeList);
    case "item":
      return written(parseItem(value), serializeMember);
    default:
      return null;
  }
}

function dictionaryMember(name: string, value: string, key: string): string | null {
  if (FIELD_KINDS[name] !== "dictionary") return null;
  const member = parseDictionary(value)?.get(key);
  return member ? serializeMember(member) : null;
}

function written<Parsed>(parsed: Parsed | null, serialize: (parsed: Parsed) => string): string | null {
  return parsed === null ? null : serialize(parsed);
}

function onceEach<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const made = new Map<Key, Value>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
}
