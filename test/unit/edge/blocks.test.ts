// What an isolate remembers of refused addresses: bounded, brief, and never of an address that nobody can read.
import { expect, test } from "vitest";
import { Blocks } from "../../../src/edge/blocks.ts";

test("refusals are reported in lots, and counted anew after each", () => {
  const blocks = new Blocks(100);
  const reported = Array.from({ length: 25 }, () => blocks.count("192.0.2.1", 1, 0));
  expect(reported.filter((points) => points > 0)).toEqual([10, 10]);
});

test("addresses are counted apart, and old refusals are not counted", () => {
  const blocks = new Blocks(20);
  expect(blocks.count("192.0.2.1", 1, 0)).toBe(0);
  expect(blocks.count("192.0.2.2", 1, 0)).toBe(0);
  expect(blocks.count("192.0.2.1", 1, 700_000)).toBe(0);
  expect(blocks.count("192.0.2.1", 1, 700_001)).toBe(2);
});

test("a block is believed for a while, then asked for again, and gone once lifted or over", () => {
  const blocks = new Blocks(10);
  blocks.learn("192.0.2.1", 1_000_000, 0);
  expect(blocks.blockedUntil("192.0.2.1", 14_999)).toBe(1_000_000);
  expect(blocks.blockedUntil("192.0.2.2", 1)).toBeNull();
  expect(blocks.blockedUntil("192.0.2.1", 15_000)).toBeNull();
  blocks.learn("192.0.2.1", 1_000_000, 15_000);
  blocks.forget("192.0.2.1");
  expect(blocks.blockedUntil("192.0.2.1", 15_001)).toBeNull();
  blocks.learn("192.0.2.1", 20_000, 30_000);
  expect(blocks.blockedUntil("192.0.2.1", 30_000)).toBeNull();
});

test("an unreadable or absent address is never counted, and none is where nobody is to be blocked", () => {
  expect(new Blocks(1).count("?", 100, 0)).toBe(0);
  expect(new Blocks(1).count("?unknown", 100, 0)).toBe(0);
  expect(new Blocks(0).count("192.0.2.1", 1_000_000, 0)).toBe(0);
});

test("memory is bounded however many addresses come", () => {
  const blocks = new Blocks(1_000);
  for (let index = 0; index < 30_000; index += 1) {
    blocks.count(`2001:db8:${index.toString(16)}::/64`, 1, 0);
    blocks.learn(`2001:db8:${index.toString(16)}::/64`, 1_000, 0);
  }
  expect(blocks.blockedUntil("2001:db8:0::/64", 1)).toBeNull();
  expect(blocks.blockedUntil("2001:db8:752f::/64", 1)).toBe(1_000);
});
