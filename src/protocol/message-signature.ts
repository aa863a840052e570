// HTTP message signatures (RFC 9421 sections 3.1 and 3.2): signing a message, and checking one against a
// policy that the caller has to state. What a signature does not cover is not authenticated, so the policy
// names what it must cover, what its parameters must say and how old it may be; there are no defaults.
// Refuses more than one signature that fits (which one would count?) and more than four in all.

import { utf8 } from "./base64url.ts";
import type { CryptoKey } from "./crypto-key.ts";
import { type SignatureAlgorithm, signMessage, verifySignature } from "./signature-algorithm.ts";
import { type Message, signatureBase } from "./signature-base.ts";
import {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  isInnerList,
  type Member,
  type Parameters,
  parseDictionary,
  parseItem,
  serializeDictionary,
  serializeMember,
} from "./structured-field.ts";

/** The parameters of RFC 9421 section 2.3; times are whole seconds since 1970. */
export interface SignatureParameters {
  readonly created?: number;
  readonly expires?: number;
  readonly nonce?: string;
  readonly alg?: string;
  readonly keyid?: string;
  readonly tag?: string;
}

export interface SignaturePolicy {
  /** What must be covered, by name (`@method`) or, with parameters, as written (`"@query-param";name="id"`). */
  readonly components: readonly string[];
  /** Which parameters must be there. */
  readonly parameters: readonly (keyof SignatureParameters)[];
  /** If given, only signatures with this tag count, and others are passed over. */
  readonly tag?: string;
  /** How long after `created` a signature holds; `expires` may only shorten that. */
  readonly age_seconds_max: number;
  /** How far the signer's clock may be off, either way. */
  readonly skew_seconds: number;
}

export interface ReadSignature extends SignatureParameters {
  readonly label: string;
  /** What was signed, in ASCII; whether `signature` holds over it is still to be found out. */
  readonly base: string;
  readonly signature: Uint8Array;
}

export type SignatureRefusal =
  | "missing"
  | "malformed"
  | "ambiguous"
  | "component_missing"
  | "parameter_missing"
  | "component_unavailable"
  | "not_yet_valid"
  | "expired"
  | "unknown_key"
  | "wrong_algorithm"
  | "wrong_signature";

export type SignatureResult =
  | { readonly ok: true; readonly signature: ReadSignature }
  | { readonly ok: false; readonly why: SignatureRefusal };

export interface SignatureKey {
  readonly algorithm: SignatureAlgorithm;
  readonly key: CryptoKey;
}

const SIGNATURES_MAX = 4;
const PARAMETER_TYPES = Object.entries({
  created: "number",
  expires: "number",
  nonce: "string",
  alg: "string",
  keyid: "string",
  tag: "string",
} satisfies Record<keyof SignatureParameters, "number" | "string">);

/** Signs a message and answers the values of its fields `Signature-Input` and `Signature`. */
export async function signHttpMessage(
  message: Message,
  { algorithm, key }: SignatureKey,
  {
    label,
    components,
    ...parameters
  }: SignatureParameters & { label: string; components: readonly string[] },
): Promise<{ signature_input: string; signature: string }> {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const input: InnerList = { items: components.map(identifier), parameters: new Map(given) };
  const base = signatureBase(message, input);
  if (!base) throw new RangeError("the message lacks one of these components");
  const value = await signMessage(algorithm, key, utf8(base));
  return {
    signature_input: serializeDictionary(new Map([[label, input]])),
    signature: serializeDictionary(new Map([[label, { value, parameters: new Map() }]])),
  };
}

/**
 * Finds the one signature that fits the policy and makes what it must have signed, without any key.
 * The message's body is not looked at: cover `content-digest`, and verify that beside this.
 */
export function readSignature(message: Message, policy: SignaturePolicy, now_ms: number): SignatureResult {
  const inputs = message.headers.get("signature-input");
  const signatures = message.headers.get("signature");
  if (inputs === null && signatures === null) return refused("missing");
  const found = pairs(parseDictionary(inputs ?? ""), parseDictionary(signatures ?? ""));
  if (!found) return refused("malformed");
  const fitting = found.filter(({ tag }) => policy.tag === undefined || tag === policy.tag);
  const [one, another] = fitting;
  if (!one) return refused("missing");
  if (another) return refused("ambiguous");
  const { input, ...read } = one;
  const covered = new Set(input.items.map(serializeMember));
  if (!policy.components.every((name) => covered.has(asWritten(name)))) return refused("component_missing");
  if (policy.parameters.some((name) => read[name] === undefined)) return refused("parameter_missing");
  const untimely = timeRefusal(read, policy, now_ms / 1000);
  if (untimely) return refused(untimely);
  const base = signatureBase(message, input);
  return base ? { ok: true, signature: { ...read, base } } : refused("component_unavailable");
}

/** Checks a message's signature whole; `keyOf` finds the key that `keyid` names, or null. */
export async function verifyHttpMessage(
  message: Message,
  policy: SignaturePolicy,
  now_ms: number,
  keyOf: (keyid: string | undefined) => Promise<SignatureKey | null>,
): Promise<SignatureResult> {
  const read = readSignature(message, policy, now_ms);
  if (!read.ok) return read;
  const found = await keyOf(read.signature.keyid);
  if (!found) return refused("unknown_key");
  // The key's own algorithm counts; a message may repeat it but never choose it.
  const { alg, base, signature } = read.signature;
  if (alg !== undefined && alg !== found.algorithm) return refused("wrong_algorithm");
  const holds = await verifySignature(found.algorithm, found.key, signature, utf8(base));
  return holds ? read : refused("wrong_signature");
}

type Pair = Omit<ReadSignature, "base"> & { readonly input: InnerList };

/** Joins both fields by their labels; null unless each label stands in both, once, and is well formed. */
function pairs(inputs: Dictionary | null, signatures: Dictionary | null): Pair[] | null {
  if (!inputs || !signatures || inputs.size !== signatures.size || inputs.size > SIGNATURES_MAX) return null;
  const found: Pair[] = [];
  for (const [label, input] of inputs) {
    const signature = bytesOf(signatures.get(label));
    if (!signature || !isInnerList(input)) return null;
    const parameters = readParameters(input.parameters);
    if (!parameters) return null;
    found.push({ ...parameters, label, input, signature });
  }
  return found;
}

function bytesOf(member: Member | undefined): Uint8Array | null {
  if (!member || isInnerList(member) || member.parameters.size > 0) return null;
  return member.value instanceof Uint8Array ? member.value : null;
}

/** Unknown parameters are signed like the others and mean nothing here. */
function readParameters(parameters: Parameters): SignatureParameters | null {
  const known: Record<string, BareItem> = {};
  for (const [name, type] of PARAMETER_TYPES) {
    const value = parameters.get(name);
    if (value === undefined) continue;
    const kind = typeof value;
    if (kind !== type) return null;
    known[name] = value;
  }
  return known;
}

function timeRefusal(
  { created, expires }: SignatureParameters,
  { age_seconds_max, skew_seconds }: SignaturePolicy,
  now_seconds: number,
): "not_yet_valid" | "expired" | null {
  if (created !== undefined) {
    if (created > now_seconds + skew_seconds) return "not_yet_valid";
    if (created + age_seconds_max + skew_seconds < now_seconds) return "expired";
    if (expires !== undefined && expires < created) return "expired";
  }
  return expires !== undefined && expires + skew_seconds < now_seconds ? "expired" : null;
}

function identifier(name: string): Item {
  const item = name.startsWith('"') ? parseItem(name) : { value: name, parameters: new Map() };
  if (!item) throw new RangeError(`not a component: ${name}`);
  return item;
}

/** As a signature's input names it. */
const asWritten = (name: string): string =>
  name.startsWith('"') ? serializeMember(identifier(name)) : `"${name}"`;

const refused = (why: SignatureRefusal): { readonly ok: false; readonly why: SignatureRefusal } => ({
  ok: false,
  why,
});
