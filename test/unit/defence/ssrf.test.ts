// No request of this service goes where only this service could go, however the address is written.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTarget } from "../../../src/defence/ssrf.ts";
import { isPublicAddress, parseAddress } from "../../../src/defence/ssrf-address.ts";
import { corporaNote, corporaRoot, readCorpusLines } from "../corpora.ts";

const DEPLOYED = { allow_loopback: false };
const ruleOf = (url: string, options = DEPLOYED): string => {
  const check = checkTarget(url, options);
  return check.ok ? "ok" : check.rule;
};

describe("targets", () => {
  test.each([
    ["https://hooks.example.com/a?b=c", "ok"],
    ["https://hooks.example.com:8443/", "ok"],
    ["https://8.8.4.4.example.com/", "ok"],
    ["http://hooks.example.com/", "scheme"],
    ["ftp://hooks.example.com/", "scheme"],
    ["https://hooks.example.com:22/", "port"],
    ["https://user@hooks.example.com/", "credentials"],
    ["https://hooks.example.com\\@127.0.0.1/", "unreadable"],
    ["https://hooks.example.com /", "unreadable"],
    ["https://localhost/", "internal_name"],
    ["https://LOCALHOST./", "internal_name"],
    ["https://a.b.internal/", "internal_name"],
    ["https://intranet/", "internal_name"],
    ["https://0x7f.1/", "address"],
    ["https://2130706433/", "address"],
    ["https://0300.0250.1.1/", "address"],
    ["https://[::1]/", "address"],
    ["https://[::ffff:10.0.0.1]/", "address"],
    ["https://①②⑦.⓪.⓪.①/", "address"],
    ["https://8.8.8.8/", "address"],
    ["https://10.0.0.1.nip.io/", "address"],
    ["https://app-192-168-1-1.example.com/", "address"],
    ["https://7f000001.example.com/", "address"],
    ["https://go.example.com/?to=http://169.254.169.254/", "carried_target"],
    ["not a url", "unreadable"],
  ])("%s: %s", (url, rule) => {
    expect(ruleOf(url)).toBe(rule);
  });

  test.each([
    ["https://hooks.example.com:443/", "ok"],
    ["https://hooks.example.com.:8443/", "ok"],
    ["https://hooks.example.com:8444/", "port"],
    ["https://hooks.example.com:80/", "port"],
    ["https://:secret@hooks.example.com/", "credentials"],
    ["https://xn--bcher-kva.example/", "ok"],
    ["https://a..example.com/", "internal_name"],
    ["https://1.2.3.4.5/", "unreadable"],
    ["https://10-0-0.example.com/", "ok"],
    ["https://x-10-0-0-1/", "internal_name"],
    ["https://1e1-0-0-1.example.com/", "ok"],
    ["https://example.a-10-1/", "ok"],
    ["https://8-8-8-8.example.com/", "ok"],
    ["https://a-1-10-0-0-1.example.com/", "address"],
    ["https://10-0-0-1-z.example.com/", "address"],
    ["https://999-10-0-0.1.example.com/", "address"],
    ["https://08080808.example.com/", "ok"],
    ["https://7f0000011.example.com/", "ok"],
    ["https://go.example.com/?to=https://hooks.example.com/", "ok"],
    ["https://go.example.com/?a=b&to=https://printer./", "carried_target"],
    ["https://go.example.com/?to=HTTP://Wiki.INTERNAL./", "carried_target"],
    ["https://go.example.com/?to=ftp://10.0.0.1/", "ok"],
    ["https://go.example.com/?to=10.0.0.1", "ok"],
    [`https://hooks.example.com/${"a".repeat(2_022)}`, "ok"],
    [`https://hooks.example.com/${"a".repeat(2_023)}`, "unreadable"],
  ])("%s: %s", (url, rule) => {
    expect(ruleOf(url)).toBe(rule);
  });

  test.each([...'"<>^`{|}\\ \t\n\u007f\0'])("%j stands in no target", (character) => {
    expect(ruleOf(`https://hooks.example.com/a${character}b`)).toBe("unreadable");
  });

  const internal =
    "localhost local localdomain internal intranet private corp home lan invalid test onion arpa alt host";
  test.each(internal.split(" "))("names under %s are answered inside a network", (label) => {
    expect(ruleOf(`https://a.${label}/`)).toBe("internal_name");
    expect(ruleOf(`https://${label}.example.com/`)).toBe("ok");
  });

  test("loopback is what its names and addresses say, and nothing that only looks like it", () => {
    const options = { allow_loopback: true };
    for (const url of [
      "http://a.localhost:9/",
      "http://127.9.9.9/",
      "http://[::ffff:127.0.0.1]/",
      "http://LOCALHOST./",
    ])
      expect(ruleOf(url, options), url).toBe("ok");
    for (const url of [
      "http://localhost.example.com/",
      "http://a.localhosts.example/",
      "http://[::2]/",
      "http://[1::1]/",
    ])
      expect(ruleOf(url, options), url).not.toBe("ok");
    expect(ruleOf("http://127.0.0.1/"), "deployed").toBe("address");
  });

  test("development may call the loopback interface, and nothing else of the machine's network", () => {
    const options = { allow_loopback: true };
    for (const url of ["http://localhost:9999/", "http://127.0.0.1:8080/a", "http://[::1]:8787/"]) {
      expect(ruleOf(url, options)).toBe("ok");
    }
    for (const url of [
      "http://10.0.0.1/",
      "http://169.254.169.254/",
      "http://printer/",
      "http://example.com/",
      "ftp://localhost/",
      "ws://127.0.0.1/",
    ]) {
      expect(ruleOf(url, options)).not.toBe("ok");
    }
  });
});

describe("addresses", () => {
  test.each([
    ["8.8.8.8", true],
    ["172.15.255.255", true],
    ["172.16.0.0", false],
    ["100.63.255.255", true],
    ["100.64.0.0", false],
    ["224.0.0.1", false],
    ["255.255.255.255", false],
    ["2606:4700::1111", true],
    ["::", false],
    ["fe80::1%eth0", false],
    ["fc00::1", false],
    ["2001:db8::1", false],
    ["64:ff9b::808:808", true],
    ["64:ff9b::a00:1", false],
    ["2002:a00:1::", false],
    ["2002:808:808::", true],
    ["2001:0:1:2:3:4:f5ff:fffe", false],
    ["::10.0.0.1", false],
  ])("%s is public: %s", (text, expected) => {
    expect(isPublicAddress(parseAddress(text)!)).toBe(expected);
  });

  test.each([
    "1.2.3.4.5",
    "256.1.1.1",
    "1.2.3.999",
    "08.1.1.1",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "",
    "a.b",
  ])("%j is none", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  // The first and the last address of each special range, and their neighbours.
  test.each([
    ["0.0.0.0", "0.255.255.255", null, "1.0.0.0"],
    ["10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"],
    ["100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"],
    ["127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"],
    ["169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"],
    ["172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"],
    ["192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"],
    ["192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"],
    ["192.31.196.0", "192.31.196.255", "192.31.195.255", "192.31.197.0"],
    ["192.52.193.0", "192.52.193.255", "192.52.192.255", "192.52.194.0"],
    ["192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"],
    ["192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"],
    ["192.175.48.0", "192.175.48.255", "192.175.47.255", "192.175.49.0"],
    ["198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"],
    ["198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"],
    ["203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"],
    ["224.0.0.0", "255.255.255.255", "223.255.255.255", null],
    ["2001::", "2001:1ff:ffff::", "2000:ffff::", "2001:200::"],
    ["2001:db8::", "2001:db8:ffff::", "2001:db7:ffff::", "2001:db9::"],
    ["2620:4f:8000::", "2620:4f:8000:ffff::", "2620:4f:7fff::", "2620:4f:8001::"],
    ["3fff::", "3fff:fff:ffff::", "3ffe:ffff::", "3fff:1000::"],
    ["64:ff9b:1:a00:1::", "64:ff9b:1::", null, null],
    ["1fff:ffff::", "4000::", "2000::", "3ffe::"],
  ])("nobody owns %s nor %s, and somebody does %s and %s", (first, last, before, after) => {
    const isPublic = (text: string) => isPublicAddress(parseAddress(text)!);
    expect([first, last].map(isPublic)).toEqual([false, false]);
    for (const neighbour of [before, after]) if (neighbour) expect(isPublic(neighbour), neighbour).toBe(true);
  });

  // Mapped, translated, compatible, 6to4 and Teredo: of a private and of a public address.
  test.each([
    ["::ffff:10.0.0.1", "::ffff:8.8.8.8"],
    ["::ffff:0:10.0.0.1", "::ffff:0:8.8.8.8"],
    ["::10.0.0.1", "::8.8.8.8"],
    ["::0.1.0.1", "::8.0.0.8"],
    ["64:ff9b::10.0.0.1", "64:ff9b::8.8.8.8"],
    ["64:ff9b:1:ffff::10.0.0.1", "64:ff9b:1:ffff::8.8.8.8"],
    ["2002:c0a8:101::", "2002:808:808::1"],
    ["2001:0:8:8:8:8:f5ff:fffe", "2001:0:a:a:a:a:f7f7:f7f7"],
  ])("%s is judged by the address that it carries, and so is %s", (inner, outer) => {
    expect(isPublicAddress(parseAddress(inner)!)).toBe(false);
    expect(isPublicAddress(parseAddress(outer)!)).toBe(true);
  });

  test.each([
    ["::", [0, 0, 0, 0, 0, 0, 0, 0]],
    ["::1", [0, 0, 0, 0, 0, 0, 0, 1]],
    ["1::", [1, 0, 0, 0, 0, 0, 0, 0]],
    ["1:2:3:4:5:6:7:8", [1, 2, 3, 4, 5, 6, 7, 8]],
    ["1:2:3::6:7:8", [1, 2, 3, 0, 0, 6, 7, 8]],
    ["[ABCD::ef01%eth0]", [0xabcd, 0, 0, 0, 0, 0, 0, 0xef01]],
    ["1:2:3:4:5:6:1.2.3.4", [1, 2, 3, 4, 5, 6, 0x102, 0x304]],
    ["::ffff:0x7f.1", [0, 0, 0, 0, 0, 0xffff, 0x7f00, 1]],
    ["1:2:3:4:5:6:7::", [1, 2, 3, 4, 5, 6, 7, 0]],
  ])("%s is read group by group", (text, groups) => {
    expect([...parseAddress(text)!]).toEqual(groups.flatMap((group) => [group >> 8, group & 255]));
  });

  test.each([
    "1:2:3:4:5:6:7:8:9",
    "1::2:3:4:5:6:7:8",
    "1.2.3.4::",
    "1]::2",
    "::1.2.3.4:5",
    "::g",
    ":1",
    "1:",
    ":::",
    "::256.1.1.1",
    "::1.2.3.4.5",
  ])("%j is no IPv6 address", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test.each([
    ["1.2.65535", [1, 2, 255, 255]],
    ["1.16777215", [1, 255, 255, 255]],
    ["4294967295", [255, 255, 255, 255]],
    ["0xFFFFFFFF", [255, 255, 255, 255]],
    ["037777777777", [255, 255, 255, 255]],
    ["0", [0, 0, 0, 0]],
    ["00.0x0.0.0", [0, 0, 0, 0]],
    [`0x${"0".repeat(30)}7f.0.0.${"0".repeat(30)}1`, [127, 0, 0, 1]],
  ])("%s is read as inet_aton() reads it", (text, bytes) => {
    expect([...parseAddress(text)!]).toEqual(bytes);
  });

  test.each([
    "1.2.65536",
    "0x1 ",
    "1 ",
    "018",
    "1.16777216",
    "4294967296",
    "0x",
    "0x1g",
    "09",
    "1.",
    ".1",
    "1..2",
    "-1",
    "1e3",
    "+1",
    " 1",
  ])("%j is no IPv4 address", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  test("every way of writing an IPv4 address is the same address", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte, byte), ([a, b, c, d]) => {
        const number = ((a * 256 + b) * 256 + c) * 256 + d;
        const forms = [
          `${a}.${b}.${c}.${d}`,
          `0x${a.toString(16)}.${b}.0${c.toString(8)}.${d}`,
          `${a}.${b * 65_536 + c * 256 + d}`,
          String(number),
          `0x${number.toString(16)}`,
        ];
        for (const form of forms) expect([...parseAddress(form)!]).toEqual([a, b, c, d]);
        const mapped = parseAddress(`::ffff:${a}.${b}.${c}.${d}`)!;
        expect(isPublicAddress(mapped)).toBe(isPublicAddress(Uint8Array.of(a, b, c, d)));
      }),
    );
  });
});

describe.skipIf(!corporaRoot)(`public lists of addresses${corporaNote}`, () => {
  const rows = readCorpusLines("ssrf/urls.public.jsonl") as { url: string; verdict: string; why: string }[];
  // A name that redirects or answers with an inner address shows only when it is asked: no redirect is followed.
  const told = rows.filter(({ why }) => why !== "needs-redirect-check");

  test.each(told.map(({ url, verdict }) => [verdict, url]))("%s %s", (verdict, url) => {
    expect(ruleOf(url!) === "ok").toBe(verdict === "allow");
  });
});
