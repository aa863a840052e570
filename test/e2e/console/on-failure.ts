// Of a test that fails, the report tells what its readers saw. Whoever imports this runs in Vitest.
import { afterEach } from "vitest";
import { open_pages } from "./browser.ts";

afterEach(async ({ task }) => {
  const [error] = task.result?.errors ?? [];
  if (!error) return;
  for (const [page, refusals] of open_pages) {
    const text = await page.locator("body").innerText({ timeout: 2_000 }).catch(String);
    const seen = `\n${page.url()} showed: ${text.slice(0, 600)}\nwas refused: ${refusals.join(", ") || "nothing"}\n`;
    error.message = seen + error.message;
    error.stack = seen + (error.stack ?? "");
  }
});
