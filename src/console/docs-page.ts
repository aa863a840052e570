// The API reference at /docs, written from the operation table: what the table does not say, it does not say.
import { TAGS } from "../api/openapi/tags.ts";
import type { Operation } from "../api/operation.ts";
import { operationList } from "../api/operations/index.ts";
import { codeBlock } from "./code-block.ts";
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";
import { methodTag, nameOf, operationSection } from "./operation-section.ts";

const tags = Object.entries(TAGS) as [Operation["tag"], { title: string; description: string }][];
const operationsOf = (tag: Operation["tag"]) => operationList.filter(([, op]) => op.tag === tag);

/** The page, with examples for a service at `origin`. */
export const docsPage = (origin = "http://localhost:8787"): string =>
  page({
    title: "API reference",
    description: "Every operation of the Taskward API: who may call it, what it takes, what it answers.",
    place: "docs",
    content: html`<div class="reference">
<nav class="index" aria-label="Operations"><p><a href="#content">Overview</a></p>${tags.map(([tag]) => indexOf(tag))}</nav>
<main id="content">
${overview(origin)}
${tags.map(
  ([tag, { title, description }]) => html`<section class="group" id="${tag}">
<header><h2>${title}</h2><p>${description}</p></header>
${operationsOf(tag).map(([id, op]) => operationSection(id, op))}
</section>`,
)}
</main></div>`,
  });

const indexOf = (tag: Operation["tag"]): Html => html`<div>
<p><a href="#${tag}">${TAGS[tag].title}</a></p>
<ul>${operationsOf(tag).map(([id, op]) => html`<li><a href="#${id}"><span>${nameOf(id)}</span>${methodTag(op.method)}</a></li>`)}</ul></div>`;

const overview = (origin: string): Html => html`<section class="overview">
<div class="about">
<h1>API reference</h1>
<p class="lede">JSON over HTTPS: ${operationList.length} operations under <code>/v1</code>, each with its
permission, its rate limit and the audit event that it leaves.</p>
<p>The same table that this page is written from routes the requests, so the two cannot disagree.
For machines there is an <a href="/openapi.json">OpenAPI 3.1 document</a>.</p>
</div>
<div class="example">${codeBlock("In your shell", setUp(origin))}</div>
<dl class="conventions">
${convention(
  "Sign in",
  html`<a href="#login">Sign in</a> for a session token and send it as
<code>Authorization: Bearer tws_…</code>, or ask for a cookie. Never send both.`,
)}
${convention(
  "Refusals",
  html`Every refusal is a <a href="/problems">problem</a> (RFC 9457) with a
<code>type</code> to program against and a <code>request_id</code> to quote.`,
)}
${convention(
  "Versions",
  html`Single resources carry an <code>ETag</code>. Send it back in <code>If-Match</code>,
and nobody's change is overwritten unseen.`,
)}
${convention(
  "Lists",
  html`Ask with <code>limit</code>, and go on with <code>cursor</code>, the
<code>next_cursor</code> of the last answer. At the end it is <code>null</code>.`,
)}
${convention(
  "Rate limits",
  html`<code>RateLimit</code> says what is left; a <code>429</code> says in
<code>Retry-After</code> how many seconds to wait.`,
)}
${convention(
  "Audit",
  html`Every change names its audit event in <code>Audit-Event</code>. The two commit together,
or not at all.`,
)}
</dl>
</section>`;

const convention = (term: string, meaning: Html): Html =>
  html`<div><dt>${term}</dt><dd>${meaning}</dd></div>`;

const setUp = (origin: string): string => `export TASKWARD=${origin}
# the session_token of a sign-in
export SESSION=tws_…`;
