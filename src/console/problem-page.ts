// A page for each reason for which Taskward refuses a request, where its problem's `type` points (RFC 9457),
// and an index of them.
import { REASONS, type Reason, reasonsOf } from "../api/implied-reasons.ts";
import { problemExample } from "../api/openapi/components.ts";
import { operationList } from "../api/operations/index.ts";
import { jsonBlock } from "./code-block.ts";
import { type Fragment, type Html, html, prose } from "./html.ts";
import { page } from "./layout.ts";
import { methodTag, nameOf } from "./operation-section.ts";

/** The page of a reason; null for a word that is none. */
export function problemPage(reason: string): string | null {
  if (!Object.hasOwn(REASONS, reason)) return null;
  const { status, title, advice } = REASONS[reason as Reason];
  return page({
    title,
    description: advice,
    place: "problems",
    content: html`<main id="content" class="column">
<p class="trail"><a href="/problems">Problems</a><span aria-hidden="true">/</span><code>${reason}</code></p>
<p class="status">${status}</p>
<h1>${title}</h1>
<p class="lede">${prose(advice)}</p>
${jsonBlock("application/problem+json", problemExample(reason as Reason))}
<h2>Where it occurs</h2>
${occurrences(reason as Reason)}
</main>`,
  });
}

function occurrences(reason: Reason): Fragment {
  const answering = operationList.filter(([, op]) => reasonsOf(op).includes(reason));
  if (answering.length === 0) return html`<p>Any request can meet it, whichever operation it asks for.</p>`;
  if (answering.length === operationList.length) return html`<p>Every operation can answer it.</p>`;
  return html`<ul class="occurrences">${answering.map(
    ([id, op]) => html`<li><a href="/docs#${id}">${methodTag(op.method)}<span>${nameOf(id)}</span></a></li>`,
  )}</ul>`;
}

const GROUPS: readonly { title: string; holds: (status: number) => boolean }[] = [
  { title: "Who is asking", holds: (status) => status === 401 || status === 403 },
  { title: "What was sent", holds: (status) => [400, 405, 408, 413, 415, 422].includes(status) },
  { title: "What is there", holds: (status) => [404, 409, 410, 412, 428].includes(status) },
  { title: "How often", holds: (status) => status === 429 },
  { title: "Our side", holds: (status) => status >= 500 },
];

/** The index of all reasons, at /problems. */
export const problemIndexPage = (): string =>
  page({
    title: "Problems",
    description: "Every reason for which the Taskward API refuses a request, and what to do about it.",
    place: "problems",
    content: html`<main id="content" class="column">
<h1>Problems</h1>
<p class="lede">Every refusal is a problem in the sense of RFC 9457. Its <code>type</code> leads to one of these
pages, which say what to do next.</p>
${GROUPS.map(
  ({ title, holds }) => html`<h2>${title}</h2>
<ul class="reasons">${entries.filter(([, { status }]) => holds(status)).map(entry)}</ul>`,
)}
</main>`,
  });

const entries = Object.entries(REASONS) as [Reason, (typeof REASONS)[Reason]][];

const entry = ([
  reason,
  { status, title },
]: (typeof entries)[number]): Html => html`<li><a href="/problems/${reason}">
<b>${status}</b><span>${title}<code>${reason}</code></span></a></li>`;
