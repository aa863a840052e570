// The pages of mail: /mailbox shows text as text, /link spends a token only when the reader says so.
import { Script } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operations } from "../../../src/api/operations/index.ts";
import { LINK_CSP, linkPage } from "../../../src/console/link-page.ts";
import { LINK_SCRIPT } from "../../../src/console/link-script.ts";
import { mailboxPage } from "../../../src/console/mailbox-page.ts";

const ORIGIN = "http://localhost:8787";
const mail = { to: "ada@example.com", subject: "Hello", text: "", made_at_ms: 0 };
const linksIn = (text: string) =>
  [...text.matchAll(/<pre>[\s\S]*?<\/pre>/g)].join("").match(/<a href="([^"]*)"/g) ?? [];

describe("the mailbox", () => {
  test("links what leads to this service, and nothing else", () => {
    const text = `${ORIGIN}/link#email=twe_1.x\nhttp://evil.example/ javascript:alert(1) ${ORIGIN}.evil.example/ ${ORIGIN}@evil.example/`;
    expect(linksIn(mailboxPage([{ ...mail, text }], ORIGIN))).toEqual([
      `<a href="${ORIGIN}/link#email=twe_1.x"`,
    ]);
  });

  test("no mail whatever injects markup", () => {
    const empty = mailboxPage([mail], ORIGIN).replaceAll(/<pre>[\s\S]*?<\/pre>/g, "");
    const tags = (text: string) => text.match(/<[a-z!/][^>]*>/gi)!.length;
    fc.assert(
      fc.property(fc.string(), fc.string(), (subject, body) => {
        const shown = mailboxPage([{ ...mail, subject, text: `${ORIGIN}/${body}<script>"'` }], ORIGIN);
        expect(tags(shown.replaceAll(/<pre>[\s\S]*?<\/pre>/g, ""))).toBe(tags(empty));
        expect(shown).not.toContain("<script>");
      }),
    );
  });
});

describe("the page of links", () => {
  test("allows its own script and its own service, and nothing inline", () => {
    expect(LINK_CSP).not.toContain("unsafe");
    expect(LINK_CSP).toMatch(/default-src 'none'.*script-src 'self'; connect-src 'self'/);
    const text = linkPage();
    expect(text.match(/<script/g)).toHaveLength(1);
    expect(text).toContain('<script src="/link.js" defer></script>');
    expect(text).not.toMatch(/ on[a-z]+=| style=|javascript:/);
  });

  /** Runs the script as a browser would; answers what the page then is. */
  function visit(hash: string, { status = 204, code = "" } = {}) {
    const calls: { path: string; body: Record<string, unknown> }[] = [];
    const elements: Record<string, Record<string, unknown>> = {};
    let submit: ((event: object) => Promise<void>) | undefined;
    const field = (value: string) => ({ value });
    for (const id of ["recovery", "email", "unlock", "nothing", "outcome"]) {
      elements[id] = {
        hidden: id !== "nothing",
        textContent: "",
        elements: {
          new_password: field("a new long password"),
          mfa_code: field(code),
        },
        querySelector: () => ({}),
        addEventListener: (_: string, listener: typeof submit) => {
          submit = listener;
        },
      };
    }
    const replaced: string[] = [];
    new Script(LINK_SCRIPT).runInNewContext({
      location: { hash, pathname: "/link" },
      history: { replaceState: (_: unknown, __: unknown, path: string) => replaced.push(path) },
      document: { getElementById: (id: string) => elements[id] },
      fetch: async (path: string, { body }: { body: string }) => {
        calls.push({ path, body: JSON.parse(body) as Record<string, unknown> });
        return { status, json: async () => ({ title: "Refused" }) };
      },
      crypto,
      btoa,
    });
    return { calls, elements, replaced, submit: () => submit!({ preventDefault: () => undefined }) };
  }

  test.each([
    ["recovery", operations.confirmRecovery.path],
    ["email", operations.confirmEmail.path],
    ["unlock", operations.unlockByLink.path],
  ])("a %s link is spent at %s, once the reader presses the button and not before", async (kind, path) => {
    const page = visit(`#${kind}=tw_1.k1.main.x-y_z.secret.mac`);
    expect(page.replaced, "the token leaves the address bar").toEqual(["/link"]);
    expect(page.calls).toEqual([]);
    expect(page.elements[kind]!.hidden).toBe(false);
    expect(page.elements.nothing!.hidden).toBe(true);
    await page.submit();
    expect(page.calls).toHaveLength(1);
    expect(page.calls[0]).toMatchObject({ path, body: { token: "tw_1.k1.main.x-y_z.secret.mac" } });
    expect(page.elements[kind]!.hidden, "done").toBe(true);
  });

  test.each([
    ["", {}],
    [" 123 456 ", { mfa_code: "123456", use_backup_code: false }],
    ["AAAA-BBBB-CCCC-DDDD", { mfa_code: "AAAA-BBBB-CCCC-DDDD", use_backup_code: true }],
  ])("a recovery with the code %j sends what its operation takes", async (code, fields) => {
    const page = visit("#recovery=twr_1.x", { code });
    await page.submit();
    const { nonce, timestamp, ...rest } = page.calls[0]!.body;
    expect(rest).toEqual({
      token: "twr_1.x",
      new_password: "a new long password",
      ...fields,
    });
    expect(nonce).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(Math.abs(Number(timestamp) - Date.now() / 1000)).toBeLessThan(60);
  });

  test("a refusal keeps the form and says that nothing has changed", async () => {
    const page = visit("#email=twe_1.x", { status: 401 });
    await page.submit();
    expect(page.elements.email!.hidden).toBe(false);
    expect(page.elements.outcome).toMatchObject({
      hidden: false,
      textContent: expect.stringMatching(/^Refused/),
    });
  });

  test.each(["", "#", "#other=x", "#email=", "#email=<script>", "#bootstrap=twb_x"])(
    "the fragment %j does nothing, and is forgotten",
    (hash) => {
      const page = visit(hash);
      expect(page.elements.nothing!.hidden).toBe(false);
      expect(page.replaced).toEqual(["/link"]);
    },
  );
});
