// The script of /link, served as /link.js: takes the token out of the address bar, shows what it is for, and spends
// it when the reader presses the button.

export const LINK_SCRIPT = `"use strict";
const PATHS = { recovery: "/v1/auth/recovery/confirm", email: "/v1/auth/email/confirm", unlock: "/v1/auth/unlock" };
const DONE = {
  recovery: "The password is set, and every session has ended. Sign in with it.",
  email: "The address is confirmed.",
  unlock: "This network is admitted for one hour. Sign in.",
};
const [, kind, token] = /^#(recovery|email|unlock)=([\\w.-]+)$/.exec(location.hash) ?? [];
// Out of the address bar and the history, where others might find it.
history.replaceState(null, "", location.pathname);

const outcome = document.getElementById("outcome");
const say = (text) => {
  outcome.hidden = false;
  outcome.textContent = text;
};

/** 32 random bytes in base64url. */
const newNonce = () =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const bodyOf = (form) => {
  if (kind !== "recovery") return { token };
  const { new_password, mfa_code } = form.elements;
  // Apps show six digits in two halves; anything longer is a backup code.
  const code = mfa_code.value.replaceAll(/\\s/g, "");
  return {
    token,
    new_password: new_password.value,
    ...(code && { mfa_code: code, use_backup_code: code.length > 6 }),
    nonce: newNonce(),
    timestamp: Date.now() / 1000,
  };
};

async function send(form) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(PATHS[kind], { method: "POST", headers, body: JSON.stringify(bodyOf(form)) });
  if (answer.status === 204) {
    form.hidden = true;
    return say(DONE[kind]);
  }
  const { title, detail, errors = [] } = await answer.json();
  if (answer.status === 401)
    return say("Refused: the link was used or has expired, or the code is wrong or missing. Nothing has changed.");
  say([title, detail, ...errors.map((each) => each.detail)].filter(Boolean).join(". "));
}

if (kind) {
  document.getElementById("nothing").hidden = true;
  const form = document.getElementById(kind);
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    try {
      await send(form);
    } catch {
      say("The service cannot be reached. Try again in a moment.");
    } finally {
      button.disabled = false;
    }
  });
}
`;
