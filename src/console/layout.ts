// The frame of every page: head, header, footer. Pages hold no inline script or style and nothing of other sites,
// and PAGE_CSP keeps it so; a page with a script of its own says so, and has a policy of its own.
import { type Fragment, type Html, html } from "./html.ts";

/** The Content-Security-Policy of every page. */
export const PAGE_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export type Place = "docs" | "problems" | "mailbox" | "link";

/** A shield with a tick: served as /favicon.svg, and beside the name. */
export const FAVICON_SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#0b6e5f" d="M12 1.5 3 4.8v6.6c0 5.3 3.7 9.4 9 11.1 5.3-1.7 9-5.8 9-11.1V4.8z"/><path fill="none" stroke="#fff" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" d="m7.8 12 3 3 5.6-6"/></svg>';

const links: readonly { place: Place | null; href: string; label: string }[] = [
  { place: null, href: "/", label: "Console" },
  { place: "docs", href: "/docs", label: "API reference" },
  { place: "problems", href: "/problems", label: "Problems" },
];

/** A whole document. */
export function page({
  title,
  description,
  place,
  script,
  content,
}: {
  title: string;
  description: string;
  place: Place;
  /** Path of the page's script, where it has one; its Content-Security-Policy must allow it. */
  script?: string;
  content: Fragment;
}): string {
  const document = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${description}">
<title>${title === "Taskward" ? title : `${title} · Taskward`}</title>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="stylesheet" href="/style.css">${
    script !== undefined &&
    html`
<script src="${script}" defer></script>`
  }
</head>
<body class="${place}">
<a class="skip" href="#content">Skip to content</a>
<header class="bar">
<a class="brand" href="/">
<img src="/favicon.svg" alt="" width="26" height="26"><span>Taskward</span></a>
<nav aria-label="Pages">${links.map((link) => navLink(link, place))}</nav>
</header>
${content}
<footer class="foot"><p>Taskward · Apache-2.0</p>
<p><a href="/openapi.json">OpenAPI 3.1</a><a href="/problems">Problems</a><a href="/healthz">Health</a></p></footer>
</body>
</html>`;
  return `<!doctype html>\n${document.text}\n`;
}

const navLink = ({ href, label, place }: (typeof links)[number], current: Place): Html =>
  place === current
    ? html`<a href="${href}" aria-current="page">${label}</a>`
    : html`<a href="${href}">${label}</a>`;
