// The design tokens: text meets WCAG 2.2 AA contrast on every ground that it stands on, in light and dark.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const css = readFileSync(new URL("../../../src/console/app/style/tokens.css", import.meta.url), "utf8");
const colours = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
const [light, by_system, by_choice] = [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(([, text]) =>
  colours(text!),
);

/** Each ink with the grounds that it stands on. */
const PAIRS: readonly (readonly [string, readonly string[]])[] = [
  ["ink", ["paper", "panel", "sunken", "tint", "good-tint", "warn-tint", "bad-tint"]],
  ["soft", ["paper", "panel", "sunken"]],
  ["accent", ["paper", "panel", "sunken", "tint"]],
  ["on-accent", ["accent", "accent-strong"]],
  ["good", ["panel", "good-tint"]],
  ["warn", ["panel", "warn-tint"]],
  ["bad", ["panel", "bad-tint"]],
  ["info", ["panel", "info-tint"]],
];

describe.each([
  ["light", light!],
  ["dark", by_choice!],
])("%s", (_, scheme) => {
  test.each(PAIRS)("%s can be read on %s", (ink, grounds) => {
    for (const ground of grounds)
      expect(contrast(scheme[ink]!, scheme[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });

  test("the edges of fields can be seen", () => {
    expect(contrast(scheme["line-strong"]!, scheme.panel!)).toBeGreaterThanOrEqual(3);
  });
});

test("dark is the same by the system's choice and by the reader's", () => {
  expect(by_choice).toEqual(by_system);
  expect(Object.keys(by_choice!).sort()).toEqual(Object.keys(light!).sort());
});

/** Contrast ratio of two colours (WCAG 2.2). */
function contrast(one: string, other: string): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
