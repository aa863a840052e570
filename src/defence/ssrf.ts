// Whether this service may send a request to an address that a user gave (OWASP: server-side request forgery). Judged
// by the parsed address, never by a pattern over the text. Redirects are not followed by whoever asks. What DNS answers
// for a name a Worker never sees: deployed, its requests reach public addresses alone.
import { isLoopback, isPublicAddress, parseAddress } from "./ssrf-address.ts";

export type TargetRule =
  | "unreadable"
  | "scheme"
  | "credentials"
  | "port"
  | "internal_name"
  | "address"
  | "carried_target";

export type TargetCheck =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly rule: TargetRule };

export interface TargetOptions {
  /** For development: http and any port are then allowed on the loopback interface, and only there. */
  readonly allow_loopback: boolean;
}

const LENGTH_MAX = 2_048;
const PORTS: readonly string[] = ["", "443", "8443"];

/** Refuses all but https to a public name on a web port, without user information. */
export function checkTarget(text: string, options: TargetOptions): TargetCheck {
  if (text.length > LENGTH_MAX || hasUnsafeCharacter(text) || !URL.canParse(text)) return no("unreadable");
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return no("scheme");
  if (url.username !== "" || url.password !== "") return no("credentials");
  const host = hostOf(url);
  if (options.allow_loopback && isLoopbackHost(host)) return { ok: true, url };
  const rule = hostComplaint(host);
  if (rule) return no(rule);
  if (url.protocol !== "https:") return no("scheme");
  if (!PORTS.includes(url.port)) return no("port");
  return carriesTarget(url) ? no("carried_target") : { ok: true, url };
}

const no = (rule: TargetRule): TargetCheck => ({ ok: false, rule });

/** Spaces, controls, backslashes and what no URL holds unencoded: parsers disagree about them. */
function hasUnsafeCharacter(text: string): boolean {
  for (const character of text) if (character <= " " || '\u007f\\"<>^`{|}'.includes(character)) return true;
  return false;
}

/** Without the full stop that ends a whole name; the URL parser has made small letters of capitals. */
const hostOf = (url: URL): string => url.hostname.replace(/\.$/u, "");

function isLoopbackHost(host: string): boolean {
  const address = parseAddress(host);
  return address ? isLoopback(address) : host === "localhost" || host.endsWith(".localhost");
}

/** Names that are answered inside a network: RFC 6761, RFC 6762, RFC 8375, ICANN's reserved and colliding names. */
const INTERNAL = new Set(
  "localhost local localdomain internal intranet private corp home lan invalid test onion arpa alt host".split(
    " ",
  ),
);

function hostComplaint(host: string): TargetRule | null {
  const address = parseAddress(host);
  // Deployed Workers cannot reach bare addresses either.
  if (address || host.startsWith("[")) return "address";
  const labels = host.split(".");
  if (labels.length < 2 || labels.includes("") || INTERNAL.has(labels.at(-1)!)) return "internal_name";
  return spellsInternalAddress(labels) ? "address" : null;
}

/** `169.254.169.254.nip.io`, `app-10-0-0-1.example` and `7f000001.example`: names that answer with what they spell. */
function spellsInternalAddress(labels: readonly string[]): boolean {
  const pieces = labels.flatMap((label) => label.split("-"));
  for (let index = 0; index + 4 <= pieces.length; index += 1) {
    const four = pieces.slice(index, index + 4);
    if (four.every((piece) => /^[0-9]{1,3}$/u.test(piece)) && isInternal(four.map(Number).join(".")))
      return true;
  }
  return labels.some((label) => /^[0-9a-f]{8}$/u.test(label) && isInternal(`0x${label}`));
}

function isInternal(text: string): boolean {
  const address = parseAddress(text);
  return address !== null && !isPublicAddress(address);
}

/** A link inside the link that this service may not call: what redirecting services are asked for. */
function carriesTarget(url: URL): boolean {
  return [...url.searchParams.values()].some((value) => {
    if (!URL.canParse(value)) return false;
    const target = new URL(value);
    if (target.protocol !== "http:" && target.protocol !== "https:") return false;
    return hostComplaint(hostOf(target)) !== null;
  });
}
