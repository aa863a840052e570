// Blocks of code: commands and JSON, with JSON's keys and strings set apart.
import { type Fragment, type Html, html } from "./html.ts";

/** Code under a label; wide lines scroll inside the block. */
export const codeBlock = (label: Fragment, code: Fragment): Html =>
  html`<figure class="code"><figcaption>${label}</figcaption><pre tabindex="0"><code>${code}</code></pre></figure>`;

/** A JSON value under a label. */
export const jsonBlock = (label: Fragment, value: unknown): Html => codeBlock(label, jsonMarkup(value));

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?/gu;

function jsonMarkup(value: unknown): Fragment {
  const text = JSON.stringify(value, null, 2);
  const parts: Fragment[] = [];
  let end = 0;
  for (const { 0: token, 1: quoted, 2: colon, index } of text.matchAll(TOKEN)) {
    parts.push(text.slice(end, index));
    if (quoted && colon) parts.push(html`<span class="key">${quoted}</span>${colon}`);
    else parts.push(html`<span class="${quoted ? "str" : "lit"}">${token}</span>`);
    end = index + token.length;
  }
  return [...parts, text.slice(end)];
}
