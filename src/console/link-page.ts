// The page at /link, where mailed links lead. Their token stands behind the `#`, which browsers send to nobody: the
// page's one script, link-script.ts, reads it, and spends it only when the reader says so, as programs that look
// through mail do not.
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";

/** As PAGE_CSP, and this service's own script, which may talk to this service. */
export const LINK_CSP =
  "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const linkPage = (): string =>
  page({
    title: "Mailed link",
    description: "Where links in mails lead.",
    place: "link",
    script: "/link.js",
    content: html`<main id="content" class="column">
${form(
  "recovery",
  "Set a new password",
  html`<p class="lede">Every session of the account ends. At least 15 characters; 8 where a second factor is on.</p>
<label>New password <input name="new_password" type="password" autocomplete="new-password" required minlength="8" maxlength="256"></label>
<label>Where a second factor is on, its code or a backup code <input name="mfa_code" autocomplete="one-time-code" maxlength="32"></label>`,
  "Set the password",
)}
${form("email", "Confirm your e-mail address", html`<p class="lede">From then on it gets notices, and links to recover the account.</p>`, "Confirm")}
${form("unlock", "Admit this network", html`<p class="lede">For one hour you can sign in from the network that you are in now.</p>`, "Admit it")}
<section id="nothing"><h1>Nothing to do here</h1>
<p class="lede">This page belongs to the links in our mails. Open one of them, with JavaScript on.</p></section>
<p id="outcome" role="status" hidden></p>
</main>`,
  });

const form = (id: string, title: string, fields: Html, action: string): Html =>
  html`<form id="${id}" class="link" hidden><h1>${title}</h1>${fields}<button type="submit">${action}</button></form>`;
