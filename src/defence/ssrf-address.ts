// Internet addresses as numbers, and which of them are everybody's. Special ranges: IANA's registries of special-purpose
// addresses (RFC 6890 and what it lists), multicast and reserved space. What cannot be parsed is not public.

/** The bytes of an IPv4 (4) or IPv6 address (16), or null. IPv4 in every form that inet_aton() takes. */
export function parseAddress(text: string): Uint8Array | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** Whether packets to it leave for the public internet. IPv6 forms that carry an IPv4 address are judged by it. */
export function isPublicAddress(address: Uint8Array): boolean {
  if (address.length === 4) return !IPV4_SPECIAL.some((range) => contains(range, address));
  const embedded = embeddedIpv4(address);
  if (embedded) return isPublicAddress(embedded);
  // Global unicast alone: 2000::/3
  return (address[0]! & 0xe0) === 0x20 && !IPV6_SPECIAL.some((range) => contains(range, address));
}

export const isLoopback = (address: Uint8Array): boolean =>
  address.length === 4
    ? address[0] === 127
    : embeddedIpv4(address)?.[0] === 127 || address.every((byte, index) => byte === (index === 15 ? 1 : 0));

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length > 4) return null;
  const numbers = parts.map(parseNumber);
  const last = numbers.pop()!;
  if (numbers.some((number) => !(number <= 255)) || !(last < 256 ** (4 - numbers.length))) return null;
  const bytes = new Uint8Array(4);
  bytes.set(numbers);
  for (let index = 3, rest = last; index >= numbers.length; index -= 1, rest = Math.floor(rest / 256)) {
    bytes[index] = rest % 256;
  }
  return bytes;
}

/** Decimal, octal with a leading 0, hexadecimal with 0x; NaN for anything else. */
function parseNumber(text: string): number {
  if (/^0x[0-9a-f]+$/iu.test(text)) return Number(text);
  if (/^0[0-7]+$/u.test(text)) return Number.parseInt(text, 8);
  return /^(?:0|[1-9][0-9]*)$/u.test(text) ? Number(text) : Number.NaN;
}

function parseIpv6(text: string): Uint8Array | null {
  const bare = text.replace(/^\[|\]$/gu, "").split("%")[0]!;
  const halves = bare.split("::");
  if (halves.length > 2) return null;
  const [head, tail] = halves.map((half, at) => groupsOf(half, at === halves.length - 1));
  if (!head || tail === null) return null;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return null;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...(tail ?? [])];
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}

/** Groups of 16 bits; the last of the address may be written as IPv4. Null for what is none. */
function groupsOf(text: string, is_end: boolean): number[] | null {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (is_end && index === parts.length - 1 && part.includes(".")) {
      const bytes = parseIpv4(part);
      if (!bytes) return null;
      groups.push((bytes[0]! << 8) | bytes[1]!, (bytes[2]! << 8) | bytes[3]!);
    } else if (/^[0-9a-f]{1,4}$/iu.test(part)) groups.push(Number.parseInt(part, 16));
    else return null;
  }
  return groups;
}

/** IPv4-mapped, IPv4-compatible, translated (RFC 6052), 6to4 and Teredo. */
function embeddedIpv4(address: Uint8Array): Uint8Array | null {
  for (const [range, offset] of EMBEDDED) {
    if (!contains(range, address)) continue;
    const ipv4 = address.slice(offset, offset + 4);
    // Teredo hides the client's address by its complement.
    return range.bits === 32 ? ipv4.map((byte) => byte ^ 0xff) : ipv4;
  }
  return null;
}

interface Range {
  readonly bytes: Uint8Array;
  readonly bits: number;
}

function range(text: string): Range {
  const [address, bits] = text.split("/");
  return { bytes: parseAddress(address!)!, bits: Number(bits) };
}

function contains({ bytes, bits }: Range, address: Uint8Array): boolean {
  for (let index = 0, left = bits; left > 0; index += 1, left -= 8) {
    const mask = left >= 8 ? 0xff : (0xff << (8 - left)) & 0xff;
    if ((bytes[index]! & mask) !== (address[index]! & mask)) return false;
  }
  return true;
}

const IPV4_SPECIAL = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map(range);

const IPV6_SPECIAL = ["2001::/23", "2001:db8::/32", "2620:4f:8000::/48", "3fff::/20"].map(range);

const EMBEDDED = (
  [
    ["::ffff:0:0/96", 12],
    ["::ffff:0:0:0/96", 12],
    ["::/96", 12],
    ["64:ff9b::/96", 12],
    ["64:ff9b:1::/48", 12],
    ["2002::/16", 2],
    ["2001::/32", 12],
  ] as const
).map(([text, offset]) => [range(text), offset] as const);
