// Styles of /mailbox and /link.

export const MAIL_STYLE = `
.lede + .none { margin-top: 1.5rem; }
.mail { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.column .mail h2 { margin: 0; }
.mail header p { color: var(--soft); font-size: 0.9375rem; }
.mail pre { margin-top: 1rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.875rem; line-height: 1.6; }
form.link { display: grid; gap: 1.25rem; }
form.link[hidden] { display: none; }
form.link label { display: grid; gap: 0.35rem; font-weight: 550; }
form.link input { font: inherit; padding: 0.6rem 0.75rem; border: 1px solid var(--soft);
  border-radius: 8px; background: var(--paper); color: var(--ink); }
form.link button { justify-self: start; font: inherit; font-weight: 600; padding: 0.65rem 1.25rem; border: 0;
  border-radius: 8px; background: var(--accent); color: var(--on-accent); cursor: pointer; }
form.link button:disabled { opacity: 0.6; cursor: default; }
#outcome { margin-top: 1.5rem; padding: 1rem; border-radius: 10px; background: var(--tint); }
`;
