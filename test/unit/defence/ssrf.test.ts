// No request of this service goes where only this service could go, however the address is written.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { areAnswersPublic, checkTarget } from "../../../src/defence/ssrf.ts";
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

  test("one inner address among the answers of DNS is enough to refuse", () => {
    expect(areAnswersPublic(["93.184.216.34", "2606:2800:220:1::1"])).toBe(true);
    expect(areAnswersPublic(["93.184.216.34", "10.0.0.1"])).toBe(false);
    expect(areAnswersPublic(["nonsense"])).toBe(false);
    expect(areAnswersPublic([])).toBe(false);
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
