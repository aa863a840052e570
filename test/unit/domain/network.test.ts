// Addresses as networks, held against Node's own reading of addresses and against the URL standard's.
import { isIPv4, isIPv6 } from "node:net";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf } from "../../../src/domain/network.ts";

const exact = (address: string) => networkOf(address, "exact");
const network = (address: string) => networkOf(address, "network");
const isUnreadable = (address: string) => exact(address) === `?${address}`;

/** The eight groups of a valid IPv6 address, by way of the URL parser, which writes them canonically. */
function groupsOf(address: string): string[] {
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const [left, right] = [head, tail ?? ""].map((part) => (part === "" ? [] : part.split(":")));
  return [...left!, ...new Array(8 - left!.length - right!.length).fill("0"), ...right!];
}

const group = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const ipv4 = fc.ipV4();
const ipv6 = fc.oneof(
  fc.ipV6(),
  fc.array(group, { minLength: 8, maxLength: 8 }).map((each) => each.join(":")),
);
/** Any code point, lone surrogates included. */
const anyCharacter = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
/** Almost addresses: what a forger or a sloppy proxy would send. */
const almost = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."0123456789abcdefF.:%/[] x"), maxLength: 30 }),
  fc
    .tuple(ipv6, fc.nat(30), fc.constantFrom(":", ".", "", "0", "g", "::"))
    .map(([address, at, piece]) => address.slice(0, at) + piece + address.slice(at + 1)),
  fc
    .tuple(ipv4, fc.nat(12), fc.constantFrom("0", ".", "", "256", "-", "x"))
    .map(([address, at, piece]) => address.slice(0, at) + piece + address.slice(at)),
);

describe("network of an address", () => {
  test.each([
    ["203.0.113.7", "203.0.113.7", "203.0.113.0/24"],
    ["0.0.0.0", "0.0.0.0", "0.0.0.0/24"],
    ["255.255.255.255", "255.255.255.255", "255.255.255.0/24"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"],
    ["2001:DB8:1:2::", "2001:db8:1:2::/64", "2001:db8:1::/48"],
    ["::1", "0:0:0:0::/64", "0:0:0::/48"],
    ["::", "0:0:0:0::/64", "0:0:0::/48"],
    ["::ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"],
    ["::FFFF:cb00:7107", "203.0.113.7", "203.0.113.0/24"],
    ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7", "203.0.113.0/24"],
    ["fe80::1%eth0", "fe80:0:0:0::/64", "fe80:0:0::/48"],
    ["64:ff9b::203.0.113.7", "64:ff9b:0:0::/64", "64:ff9b:0::/48"],
  ])("%s is %s, within %s", (address, asExact, asNetwork) => {
    expect(exact(address)).toBe(asExact);
    expect(network(address)).toBe(asNetwork);
  });

  test.each([
    "",
    " ",
    "localhost",
    "1.2.3",
    "1.2.3.4.5",
    "1.2.3.256",
    "1.2.3.-4",
    "1.2.3.4 ",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4/24",
    "1.2.3.4:80",
    "010.0.0.1", // octal to some, decimal to others
    "1.2.3.04",
    "0x7f.0.0.1",
    "2130706433",
    "١.٢.٣.٤",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7:8::9::a",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "12345::",
    "g::",
    "[::1]",
    "::1/64",
    "1.2.3.4::",
    "::1.2.3.4:5",
    "::1.2.3.4:1.2.3.4",
    "1.2.3.4::1.2.3.4",
    "::1.2.3.256",
    "::1.2.3",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
  ])("%j cannot be read, and matches nothing but itself", (address) => {
    expect(isUnreadable(address)).toBe(true);
    expect(network(address)).toBe(`?${address}`);
  });

  test("the gap of an IPv6 address stands for at least one group", () => {
    // Seven groups and a gap are eight, which RFC 4291 allows; eight and a gap are not.
    expect(exact("1:2:3:4:5:6:7::")).toBe("1:2:3:4::/64");
    expect(isUnreadable("1:2:3:4:5:6:7:8::")).toBe(true);
  });

  test("IPv4 addresses are told apart whole, and meet in their /24", () => {
    fc.assert(
      fc.property(ipv4, ipv4, (a, b) => {
        expect(exact(a) === exact(b)).toBe(a === b);
        const first3 = (address: string) => address.split(".").slice(0, 3).join(".");
        expect(network(a) === network(b)).toBe(first3(a) === first3(b));
      }),
    );
    expect(network("198.51.100.1")).toBe(network("198.51.100.254"));
  });

  test("IPv6 addresses meet just when their /64 or /48 are equal", () => {
    const pairs = fc.tuple(ipv6, ipv6, fc.nat(8)).map(([a, b, shared]) => {
      const joined = [...groupsOf(a).slice(0, shared), ...groupsOf(b).slice(shared)];
      return [a, joined.join(":")] as const;
    });
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        const [left, right] = [groupsOf(a), groupsOf(b)];
        const agree = (count: number) => left.slice(0, count).join() === right.slice(0, count).join();
        const isMapped = (groups: string[]) => groups.slice(0, 6).join() === "0,0,0,0,0,ffff";
        if (isMapped(left) || isMapped(right)) return;
        expect(exact(a) === exact(b)).toBe(agree(4));
        expect(network(a) === network(b)).toBe(agree(3));
      }),
      { numRuns: 500 },
    );
  });

  test("two spellings of one address are equal", () => {
    fc.assert(
      fc.property(ipv6, fc.nat(8), (address, at) => {
        const groups = groupsOf(address);
        const last = groups.slice(6).map((each) => Number.parseInt(each, 16));
        const dotted = last.flatMap((value) => [value >> 8, value & 255]).join(".");
        const spellings = [
          groups.join(":"),
          groups.join(":").toUpperCase(),
          groups.map((each) => each.padStart(4, "0")).join(":"),
          [...groups.slice(0, 6), dotted].join(":"),
          new URL(`http://[${address}]`).hostname.slice(1, -1),
          `${address}%${at}`,
        ];
        for (const spelling of spellings) {
          expect(exact(spelling), spelling).toBe(exact(address));
          expect(network(spelling), spelling).toBe(network(address));
        }
      }),
    );
  });

  test("an IPv4 address is the same when it comes as IPv6", () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const bytes = address.split(".").map(Number);
        const pairs = [bytes.slice(0, 2), bytes.slice(2)];
        const hex = pairs.map(([high, low]) => ((high! << 8) | low!).toString(16)).join(":");
        for (const mapped of [`::ffff:${address}`, `::FFFF:${hex}`, `0:0:0:0:0:ffff:${hex}`]) {
          expect(exact(mapped)).toBe(exact(address));
          expect(network(mapped)).toBe(network(address));
        }
        expect(exact(`::${hex}`)).not.toBe(exact(address));
      }),
    );
  });

  test("what Node takes for an address is read, everything else is not", () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6, almost), (text) => {
        if (text.includes("%")) return; // zones: Node is stricter about their names
        expect(isUnreadable(text), JSON.stringify(text)).toBe(!isIPv4(text) && !isIPv6(text));
      }),
      { numRuns: 5_000 },
    );
  });

  test("different families and unreadable texts never meet", () => {
    fc.assert(
      fc.property(ipv4, ipv6, almost, (a, b, c) => {
        if (!/^(?:0:){5}ffff:/.test(`${groupsOf(b).join(":")}:`)) expect(exact(a)).not.toBe(exact(b));
        if (isUnreadable(c)) expect([exact(a), exact(b), network(a), network(b)]).not.toContain(exact(c));
      }),
    );
  });

  test("whatever agrees exactly agrees as a network", () => {
    const any = fc.oneof(ipv4, ipv6, almost);
    fc.assert(
      fc.property(any, any, (a, b) => {
        if (exact(a) === exact(b)) expect(network(a)).toBe(network(b));
      }),
    );
  });

  test("no text makes it throw, however long", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), almost), (text) => {
        expect(typeof exact(text)).toBe("string");
        expect(typeof network(text)).toBe("string");
      }),
    );
    for (const unit of [":", "1:", "1.", "%", "::1"]) {
      const long = unit.repeat(100_000);
      if (!unit.includes("%")) expect(isUnreadable(long)).toBe(true);
    }
  });
});
