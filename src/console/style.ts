// The one stylesheet, served as /style.css: system fonts, light and dark by the reader's preference, phone to wide.
// Text meets WCAG 2.2 AA contrast in both schemes; nothing is fetched from anywhere.
import { MAIL_STYLE } from "./style-mail.ts";
import { REFERENCE_STYLE } from "./style-reference.ts";

const BASE_STYLE = `:root {
  color-scheme: light dark;
  --paper: #fdfdfb; --panel: #f5f5f1; --line: #e4e4dd; --ink: #1a1f1d; --soft: #58625e; --accent: #0b6e5f;
  --on-accent: #ffffff; --tint: #e6f1ee;
  --get: #1b5ea6; --post: #0b6e5f; --put: #875100; --patch: #74459b; --delete: #b0281f;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1312; --panel: #171c1b; --line: #2a312f; --ink: #e6ebe9; --soft: #9ba8a3; --accent: #62cbb4;
    --on-accent: #06231d; --tint: #14302a;
    --get: #82b6f2; --post: #62cbb4; --put: #e3ab60; --patch: #c9a0ec; --delete: #f39188;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans);
  -webkit-font-smoothing: antialiased; text-rendering: optimizeLegibility; overflow-wrap: break-word; }
h1, h2, h3, h4, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1, h2, h3 { line-height: 1.2; letter-spacing: -0.02em; font-weight: 650; text-wrap: balance; }
h1 { font-size: clamp(2rem, 1.5rem + 2vw, 2.75rem); letter-spacing: -0.03em; }
h2 { font-size: 1.625rem; }
h3 { font-size: 1.25rem; }
p { text-wrap: pretty; }
a { color: var(--accent); text-decoration-color: color-mix(in srgb, currentColor 35%, transparent);
  text-underline-offset: 0.2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
code, pre, var { font-family: var(--mono); font-style: normal; }
:not(pre) > code { font-size: 0.875em; }
.lede { font-size: 1.1875rem; line-height: 1.55; color: var(--soft); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; z-index: 2; padding: 0.5rem 1rem; background: var(--paper); }

.bar { display: flex; align-items: center; justify-content: space-between; gap: 1rem; height: 4rem;
  padding: 0 clamp(1.25rem, 3vw, 2.5rem); border-bottom: 1px solid var(--line); }
.bar a { text-decoration: none; }
.brand { display: flex; align-items: center; gap: 0.6rem; color: var(--ink); font-weight: 650; font-size: 1.0625rem;
  letter-spacing: -0.015em; }
.brand img { display: block; }
@media (max-width: 26rem) { .brand span { position: absolute; clip-path: inset(50%); } }
.bar nav { display: flex; gap: clamp(1rem, 3vw, 2rem); font-size: 0.9375rem; }
.bar nav a { white-space: nowrap; color: var(--soft); padding: 0.5rem 0; }
.bar nav a:hover, .bar nav a[aria-current] { color: var(--ink); }
.bar nav a[aria-current] { box-shadow: 0 2px 0 var(--accent); }
.foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.5rem 2rem; margin-top: 6rem;
  padding: 2rem clamp(1.25rem, 3vw, 2.5rem); border-top: 1px solid var(--line); color: var(--soft);
  font-size: 0.875rem; }
.foot p + p { display: flex; gap: 1.5rem; }
.foot a { color: inherit; }

.code { min-width: 0; border: 1px solid var(--line); border-radius: 10px; background: var(--panel); overflow: hidden; }
.code figcaption { padding: 0.55rem 1rem; border-bottom: 1px solid var(--line); color: var(--soft);
  font-size: 0.8125rem; font-weight: 550; }
.code figcaption b { margin-left: 0.25rem; color: var(--ink); font-weight: 600; font-variant-numeric: tabular-nums; }
.code pre { padding: 0.9rem 1rem; overflow-x: auto; font-size: 0.8125rem; line-height: 1.65; tab-size: 2; }
.code pre:focus-visible { outline-offset: -3px; border-radius: 10px; }
.key { color: var(--get); } .str { color: var(--post); } .lit { color: var(--put); }
.method { font: 600 0.75rem/1 var(--mono); letter-spacing: 0.02em; }
.method.get { color: var(--get); } .method.post { color: var(--post); } .method.put { color: var(--put); }
.method.patch { color: var(--patch); } .method.delete { color: var(--delete); }

.column { max-width: 46rem; margin: 0 auto; padding: clamp(2.5rem, 6vw, 5rem) 1.25rem 0; }
.column h1 + .lede { margin-top: 1rem; }
.column h2 { margin: 3.5rem 0 1rem; font-size: 1.25rem; }
.column .code { margin-top: 2rem; }
.trail { display: flex; flex-wrap: wrap; gap: 0.5rem; margin-bottom: 2.5rem; color: var(--soft); font-size: 0.9375rem; }
.trail code { line-height: 1.8; }
.status { color: var(--soft); font: 500 1rem/1 var(--mono); margin-bottom: 0.75rem; }
.reasons li + li { border-top: 1px solid var(--line); }
.reasons a { display: flex; gap: 1.5rem; align-items: baseline; padding: 0.8rem 0; color: inherit;
  text-decoration: none; }
.reasons b { flex: none; color: var(--soft); font: 500 0.875rem/1 var(--mono); }
.reasons span { display: flex; flex: 1; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem; }
.reasons code { color: var(--soft); line-height: 1.8; }
.reasons a:hover span { color: var(--accent); }
.occurrences { columns: 15rem 2; column-gap: 3rem; }
.occurrences li { break-inside: avoid; }
.occurrences a { display: flex; align-items: baseline; padding: 0.3rem 0; color: inherit; text-decoration: none; }
.occurrences .method { width: 4.25rem; flex: none; }
.occurrences a:hover span:last-child { color: var(--accent); text-decoration: underline; }
`;

/** The whole stylesheet. */
export const STYLE = BASE_STYLE + REFERENCE_STYLE + MAIL_STYLE;
