// One operation of the table as a section of the API reference.
import { REASONS, reasonsOf } from "../api/implied-reasons.ts";
import { inlineSchema } from "../api/openapi/json-schema.ts";
import { replySample } from "../api/openapi/operation-object.ts";
import type { Operation } from "../api/operation.ts";
import { codeBlock, jsonBlock } from "./code-block.ts";
import { curlOf } from "./curl.ts";
import { fieldTable } from "./field-table.ts";
import { type Fragment, type Html, html, prose } from "./html.ts";

/** The name of an operation as people say it: `createProject` is "Create project". */
export function nameOf(id: string): string {
  const words = id.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replace(/\bmfa\b/, "MFA");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export const methodTag = (method: Operation["method"]): Html =>
  html`<span class="method ${method.toLowerCase()}">${method}</span>`;

/** The section; its anchor is the operation's id. */
export const operationSection = (
  id: string,
  op: Operation,
): Html => html`<section class="operation" id="${id}">
<div class="about">
<h3><a href="#${id}">${nameOf(id)}</a></h3>
<p class="route">${methodTag(op.method)}<code>${pathMarkup(op.path)}</code></p>
<p class="summary">${prose(op.summary)}.</p>
${op.description && html`<p>${prose(op.description)}</p>`}
<dl class="facts">${factsOf(op)}</dl>
${op.params && fieldTable("Path", inlineSchema(op.params))}
${op.query && fieldTable("Query", inlineSchema(op.query))}
${op.body && fieldTable("Body", inlineSchema(op.body))}
<h4>Refusals</h4>
<ul class="refusals">${reasonsOf(op).map(
  (reason) => html`<li><a href="/problems/${reason}"><b>${REASONS[reason].status}</b> ${reason}</a></li>`,
)}</ul>
</div>
<div class="example">
${codeBlock("Request", curlOf(op))}
${replyBlock(op)}
</div>
</section>`;

/** A path that breaks at slashes, with its parameters set apart. */
const pathMarkup = (path: string): Fragment =>
  path
    .split(/(?=\/)|(\{[^}]+\})/)
    .filter((part) => part !== undefined)
    .map((part) => (part.startsWith("{") ? html`<var>${part}</var>` : [html`<wbr>`, part]));

const replyBlock = (op: Operation): Html => {
  const label = html`Reply <b>${op.reply.status}</b>`;
  return op.reply.schema
    ? jsonBlock(label, replySample(op))
    : html`<p class="empty">${label} without a body</p>`;
};

function factsOf(op: Operation): Fragment {
  const { class: rateClass, cost = 1 } = op.rate;
  const facts: [string, Fragment][] = [
    ["Who", whoMayCall(op)],
    ["Permission", op.permission ? html`<code>${op.permission}</code>` : "None"],
    ["Rate limit", [html`<code>${rateClass}</code>`, `, ${cost} ${cost === 1 ? "token" : "tokens"}`]],
    ["Audit event", op.event ? html`<code>${op.event}</code>` : "None"],
  ];
  if (op.recent_authentication) facts.push(["Recent sign-in", "Within 10 minutes"]);
  if (op.if_match) facts.push(["Version", html`<code>If-Match</code> required`]);
  if (op.idempotency_key) facts.push(["Repeats", html`<code>Idempotency-Key</code> taken`]);
  if (op.reply.stream) facts.push(["Also as", html`<code>text/event-stream</code>, WebSocket`]);
  if (op.reply.etag) facts.push(["Reply carries", html`<code>ETag</code>`]);
  if (op.body_bytes_max) facts.push(["Body", `At most ${op.body_bytes_max.toLocaleString("en-GB")} bytes`]);
  return facts.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`);
}

function whoMayCall(op: Operation): string {
  if (op.caller === "anonymous") return "Anyone";
  if (op.caller === "integration") return "An integration, by its signature over the body";
  return op.api_tokens ? "Anyone signed in, or an API token" : "Anyone signed in";
}
