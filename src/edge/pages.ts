// What stands beside /v1 and the console: docs, problem pages, OpenAPI, health. For anyone, and the same for all.
import type { Context } from "hono";
import { openApiDocument } from "../api/openapi.ts";
import { configure, type Env } from "../config.ts";
import { docsPage } from "../console/docs-page.ts";
import { FAVICON_SVG, PAGE_CSP } from "../console/layout.ts";
import { LINK_CSP, linkPage } from "../console/link-page.ts";
import { LINK_SCRIPT } from "../console/link-script.ts";
import { problemIndexPage, problemPage } from "../console/problem-page.ts";
import { STYLE } from "../console/style.ts";
import { refuse } from "../schema/result.ts";
import { contextOf } from "./context.ts";
import { localMailbox } from "./mailbox.ts";
import type { App } from "./mount.ts";
import { answer, document, refusalResponse } from "./response.ts";

export const VERSION = "0.1.0";
const HTML = "text/html; charset=utf-8";
const HOUR_SECONDS = 3_600;

type PageContext = Context<{ Bindings: Env }>;

/** Documents that only depend on the origin are made once per isolate; few origins ever reach one. */
const made = new Map<string, string>();
function once(c: PageContext, name: string, make: (origin: string) => string): string {
  const { origin } = new URL(c.req.url);
  const key = `${name} ${origin}`;
  if (made.size > 20) made.clear();
  const text = made.get(key) ?? make(origin);
  made.set(key, text);
  return text;
}

export function mountPages(app: App): void {
  const html = (text: string) => document(text, HTML, PAGE_CSP, 0);
  app.get("/docs", (c) => html(once(c, "docs", docsPage)));
  app.get("/problems", (c) => html(once(c, "problems", problemIndexPage)));
  app.get("/problems/:reason", (c) => {
    const page = problemPage(c.req.param("reason"));
    return page === null ? notFound(c) : html(page);
  });
  app.get("/openapi.json", (c) => {
    const text = once(c, "openapi", (origin) =>
      JSON.stringify(openApiDocument({ origin, version: VERSION })),
    );
    return document(text, "application/json", "default-src 'none'", 0);
  });
  app.get("/style.css", () => document(STYLE, "text/css; charset=utf-8", "default-src 'none'", HOUR_SECONDS));
  app.get("/favicon.svg", () => document(FAVICON_SVG, "image/svg+xml", "default-src 'none'", HOUR_SECONDS));
  app.get("/link", () => document(linkPage(), HTML, LINK_CSP, 0));
  app.get("/link.js", () => document(LINK_SCRIPT, "text/javascript; charset=utf-8", "default-src 'none'", 0));
  app.get("/mailbox", async (c) => {
    const page = await localMailbox(c.req.raw, c.env);
    return page === null ? notFound(c) : html(page);
  });
  app.get("/healthz", health);
}

let bootstrapped = false;
/** The audit log is asked once in a while for all who ask here. */
const LAG_FRESH_MS = 5_000;
/** From here on it is behind; how far, ADMIN and AUDITOR read at /v1/audit/sinks. */
const LAG_SECONDS_MAX = 30;
const LAG_EVENTS_MAX = 25_000;
let audit = { is_behind: false, until_ms: 0 };

/** Whether the service can answer: configuration parsed, an object reached. A first ADMIN never goes away again. */
async function health(c: PageContext): Promise<Response> {
  configure(c.env);
  bootstrapped ||= await c.env.WORKSPACE.getByName("main").hasAdmin();
  if (Date.now() >= audit.until_ms)
    audit = { is_behind: await isBehind(c.env), until_ms: Date.now() + LAG_FRESH_MS };
  const info = { context: contextOf(c.req.raw), rate_limit: null };
  const status = audit.is_behind ? "behind" : "ok";
  return answer(200, { status, version: VERSION, bootstrapped }, [], info);
}

/** A log that cannot be asked is behind. */
async function isBehind({ AUDIT_LOG }: Env): Promise<boolean> {
  try {
    const lag = await AUDIT_LOG.getByName("main").lag();
    return lag !== null && (lag.waiting_seconds > LAG_SECONDS_MAX || lag.waiting_events > LAG_EVENTS_MAX);
  } catch {
    return true;
  }
}

export function notFound(c: PageContext): Response {
  const { refusal } = refuse("not_found");
  return refusalResponse(refusal, { context: contextOf(c.req.raw), rate_limit: null });
}
