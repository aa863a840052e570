// Addresses compared as networks: exact, or the network around them.
// IPv6 "exact" is the /64, since hosts rotate within it; unreadable addresses match nothing but themselves.

export type BindingMode = "exact" | "network" | "observe" | "off";

/** The eight 16-bit groups of an IPv6 address; null where the text is none. */
function ipv6Groups(address: string): number[] | null {
  const text = address.split("%")[0]!;
  // RFC 4291 §2.2: dotted bytes stand at the end alone.
  if (text.includes(".") && text.indexOf(".") < text.lastIndexOf(":")) return null;
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const parse = (part: string): number[] | null => {
    if (part === "") return [];
    const groups: number[] = [];
    for (const piece of part.split(":")) {
      if (piece.includes(".")) {
        const v4 = ipv4Bytes(piece);
        if (!v4) return null;
        groups.push((v4[0]! << 8) | v4[1]!, (v4[2]! << 8) | v4[3]!);
      } else if (/^[0-9a-f]{1,4}$/iu.test(piece)) groups.push(Number.parseInt(piece, 16));
      else return null;
    }
    return groups;
  };
  const head = parse(halves[0]!);
  const tail = halves.length === 2 ? parse(halves[1]!) : [];
  if (!head || !tail) return null;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return null;
  return [...head, ...new Array<number>(gap).fill(0), ...tail];
}

const BYTE = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
/** Without leading zeros, so that each address has one such text. */
const IPV4 = new RegExp(`^(?:${BYTE}\\.){3}${BYTE}$`, "u");

const ipv4Bytes = (address: string): number[] | null =>
  IPV4.test(address) ? address.split(".").map(Number) : null;

/** The address as far as `mode` looks: whole or /24 for IPv4, /64 or /48 for IPv6. */
export function networkOf(address: string, mode: "exact" | "network"): string {
  if (IPV4.test(address)) {
    return mode === "exact" ? address : `${address.slice(0, address.lastIndexOf("."))}.0/24`;
  }
  const groups = ipv6Groups(address);
  if (!groups) return `?${address}`;
  const mapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (mapped) {
    const [high, low] = [groups[6]!, groups[7]!];
    return networkOf(`${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`, mode);
  }
  const kept = mode === "exact" ? 4 : 3;
  const text = groups.slice(0, kept).map((group) => group.toString(16));
  return `${text.join(":")}::/${kept * 16}`;
}
