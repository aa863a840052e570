// The pages: nothing in the table can inject markup, nothing is left out, and nothing comes from elsewhere.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openApiDocument } from "../../../src/api/openapi.ts";
import type { Operation } from "../../../src/api/operation.ts";
import { operationList } from "../../../src/api/operations/index.ts";
import { curlOf } from "../../../src/console/curl.ts";
import { docsPage } from "../../../src/console/docs-page.ts";
import { type Fragment, html, prose } from "../../../src/console/html.ts";
import { FAVICON_SVG, PAGE_CSP } from "../../../src/console/layout.ts";
import { operationSection } from "../../../src/console/operation-section.ts";
import { problemIndexPage, problemPage } from "../../../src/console/problem-page.ts";
import { STYLE } from "../../../src/console/style.ts";
import { encodeForHtml } from "../../../src/protocol/output-encoding.ts";
import { REASONS } from "../../../src/schema/reason.ts";

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(2)'>\`<i>\``;
const reasons = Object.keys(REASONS);
const pages: [string, string][] = [
  ["/docs", docsPage()],
  ["/problems", problemIndexPage()],
  ...reasons.map((reason): [string, string] => [`/problems/${reason}`, problemPage(reason)!]),
];

const textOf = (fragment: Fragment): string => html`${fragment}`.text;

describe("escaping", () => {
  test("a hostile summary, description or example injects nothing", () => {
    const op: Operation = {
      ...operationList[0]![1],
      summary: HOSTILE,
      description: HOSTILE,
      example: { name: HOSTILE },
    };
    const { text } = operationSection("register", op);
    expect(text).not.toMatch(/<script|<img|<i>|onerror='/);
    expect(text).toContain("&lt;script&gt;");
  });

  test("a hostile origin injects nothing", () => {
    expect(docsPage(HOSTILE)).not.toMatch(/<script|onerror='/);
  });

  test("no text ends a quoted attribute or opens an element", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(html`<a title="${text}">${text}</a>`.text.match(/[<>"']/g)?.join("")).toBe(
          `<""></>`.replace("</>", "<>"),
        );
        expect(encodeForHtml(text)).not.toMatch(/[<>"']/);
      }),
    );
  });

  test("markup is not escaped twice, and lists join without commas", () => {
    expect(textOf([html`<b>${"a&b"}</b>`, 1, null, undefined, false, ["<"]])).toBe("<b>a&amp;b</b>1&lt;");
  });

  test("an object that only looks like markup is not markup", () => {
    const forged = { text: "<script>" } as unknown as Fragment;
    expect(() => textOf(forged)).toThrow();
  });

  test("a value as an unquoted attribute is refused", () => {
    expect(() => html`<a href=${"x"}>`).toThrow(TypeError);
  });

  test("backticks mark code, whatever stands between them", () => {
    expect(textOf(prose("a `<b>` c"))).toBe("a <code>&lt;b&gt;</code> c");
  });

  test("a quote in an example stays inside its shell word", () => {
    const op = { ...operationList[0]![1], example: { name: "it's; rm -rf /" } };
    expect(curlOf(op)).toContain(`it'\\''s; rm -rf /`);
  });
});

describe("completeness", () => {
  test.each(operationList)("the reference has %s with its path, policy and refusals", (id, op) => {
    const text = docsPage();
    const [, section] = text.split(`<section class="operation" id="${id}">`);
    expect(section).toBeDefined();
    const [own] = section!.split("</section>");
    expect(own!.replaceAll(/<[^>]*>/g, "")).toContain(op.path);
    if (op.permission) expect(own).toContain(op.permission);
    if (op.event) expect(own).toContain(op.event);
    for (const reason of op.problems ?? []) expect(own).toContain(`href="/problems/${reason}"`);
    expect(text.split(`id="${id}"`)).toHaveLength(2);
    expect(text).toContain(`<li><a href="#${id}">`);
  });

  test.each(reasons)("the reason %s has a page, and the index leads there", (reason) => {
    const text = problemPage(reason)!;
    const { title, status } = REASONS[reason as keyof typeof REASONS];
    expect(text).toContain(`<h1>${encodeForHtml(title)}</h1>`);
    expect(text).toContain(String(status));
    expect(problemIndexPage()).toContain(`href="/problems/${reason}"`);
  });

  test.each(["", "nothing", "toString", "__proto__", "not_found/", "NOT_FOUND"])(
    "%j has no page",
    (reason) => {
      expect(problemPage(reason)).toBeNull();
    },
  );

  test("each link within the site leads somewhere", () => {
    const places = new Set([
      "/", // the console
      ...pages.map(([path]) => path),
      "/openapi.json",
      "/healthz",
      "/style.css",
      "/favicon.svg",
    ]);
    const anchors = new Map(
      pages.map(([path, text]) => [path, new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
    );
    for (const [at, text] of pages) {
      for (const [, href] of text.matchAll(/ href="([^"]+)"/g)) {
        const [path, anchor] = href!.split("#");
        expect(places, `${href} on ${at}`).toContain(path || at);
        if (anchor) expect(anchors.get(path || at), `${href} on ${at}`).toContain(anchor);
      }
    }
  });
});

describe.each(pages)("the page %s", (_, text) => {
  test("holds no script, no inline style, no form and no handler", () => {
    const markup = text.replaceAll(/>[^<]*/g, ">");
    expect(markup).not.toMatch(/<(?:script|style|form|iframe|object|embed|base)\b/i);
    expect(markup).not.toMatch(/\s(?:style|on[a-z]+)\s*=/i);
  });

  test("loads nothing from another site", () => {
    for (const [, address] of text.matchAll(/ (?:href|src|srcset|action|poster)="([^"]*)"/g)) {
      expect(address).toMatch(/^(?:\/(?!\/)|#)/);
    }
  });

  test("is one well-formed document with a title and one main heading", () => {
    expect(text.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(text.match(/<title>[^<]+<\/title>/g)).toHaveLength(1);
    expect(text.match(/<h1>/g)).toHaveLength(1);
    expect(text).not.toMatch(/undefined|\[object|NaN/);
    const open: string[] = [];
    for (const [tag, close, name] of text.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (["meta", "link", "img", "wbr"].includes(name!)) continue;
      if (close) expect(open.pop(), tag).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
  });
});

test("the stylesheet and the icon load nothing, and the policy allows no more than they need", () => {
  expect(STYLE).not.toMatch(/url\(|@import|expression/i);
  expect(FAVICON_SVG.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|<script|href/);
  expect(PAGE_CSP).not.toMatch(/unsafe|https?:|\*/);
});

test("text meets 4.5:1 contrast on paper and panels, in light and dark", () => {
  for (const scheme of schemes()) {
    for (const ground of ["paper", "panel"]) {
      for (const ink of ["ink", "soft", "accent", "get", "post", "put", "patch", "delete"]) {
        expect(contrast(scheme[ink]!, scheme[ground]!), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
      }
    }
    expect(contrast(scheme["on-accent"]!, scheme.accent!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(scheme.accent!, scheme.tint!)).toBeGreaterThanOrEqual(4.5);
  }
});

test("the reference and the OpenAPI document list the same operations", () => {
  const documented = Object.values(openApiDocument({ origin: "https://a.example", version: "1" }).paths)
    .flatMap((item) => Object.values(item))
    .map((each) => String(each.operationId));
  const shown = [...docsPage().matchAll(/<section class="operation" id="([^"]+)">/g)].map(([, id]) => id);
  expect(new Set(documented)).toEqual(new Set(shown));
});

/** The colours of the light and the dark scheme, as the stylesheet declares them. */
function schemes(): Record<string, string>[] {
  return [...STYLE.matchAll(/:root \{([^}]+)\}/g)].map(([, body]) =>
    Object.fromEntries(
      [...body!.matchAll(/--([a-z-]+): (#[0-9a-f]{6})/g)].map(([, name, value]) => [name, value]),
    ),
  );
}

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
