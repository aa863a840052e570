// The page at /mailbox, in local development alone: mails that would have been sent, newest first.
// Links of this service can be followed; everything else in a mail is text.
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";

export interface MailShown {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly made_at_ms: number;
}

/** The page; `origin` is where links may lead. */
export const mailboxPage = (mails: readonly MailShown[], origin: string): string =>
  page({
    title: "Mailbox",
    description: "Mails that this machine would have sent.",
    place: "mailbox",
    content: html`<main id="content" class="column">
<h1>Mailbox</h1>
<p class="lede">On this machine mails end here instead of with their recipients. Newest first.</p>
${mails.length === 0 ? html`<p class="none">No mail yet. Register with an e-mail address, or set one.</p>` : mails.map((mail) => article(mail, origin))}
</main>`,
  });

const article = ({ to, subject, text, made_at_ms }: MailShown, origin: string): Html => {
  const time = new Date(made_at_ms).toISOString();
  return html`<article class="mail">
<header><h2>${subject}</h2>
<p>To ${to} · <time datetime="${time}">${time.slice(0, 16).replace("T", " ")} UTC</time></p></header>
<pre>${withLinks(text, origin)}</pre>
</article>`;
};

/** The text, with what begins like a link of this service as one. */
const withLinks = (text: string, origin: string) =>
  text
    .split(/(\S+)/u)
    .map((word) => (word.startsWith(`${origin}/`) ? html`<a href="${word}">${word}</a>` : word));
