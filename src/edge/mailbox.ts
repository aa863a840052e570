// The mailbox of local development: what principals have put into R2 instead of sending it. For this machine alone:
// where mail is really sent, or the request names another host (DNS rebinding), there is no such page.

import { isLoopback } from "../config/variables.ts";
import { configure, type Env } from "../config.ts";
import { type MailShown, mailboxPage } from "../console/mailbox-page.ts";

const SHOWN_MAX = 100;

/** The page as HTML, or null where there is none. */
export async function localMailbox(request: Request, env: Env): Promise<string | null> {
  const { mail } = configure(env);
  if (mail?.via !== "mailbox" || !isLoopback(request.url)) return null;
  const keys = (await allKeys(env)).slice(-SHOWN_MAX).reverse();
  const mails = await Promise.all(
    keys.map(async (key) => (await env.AUDIT_BUCKET.get(key))?.json<MailShown>()),
  );
  return mailboxPage(
    mails.filter((each) => each !== undefined),
    mail.origin,
  );
}

/** In rising order, which is that of time. */
async function allKeys(env: Env): Promise<string[]> {
  const keys: string[] = [];
  let cursor: string | undefined;
  do {
    const listed = await env.AUDIT_BUCKET.list({ prefix: "mailbox/", ...(cursor && { cursor }) });
    keys.push(...listed.objects.map(({ key }) => key));
    cursor = listed.truncated ? listed.cursor : undefined;
  } while (cursor !== undefined);
  return keys;
}
