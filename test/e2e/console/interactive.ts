// When a page can be used, in the browser's own time: its heading is there, and the main thread has come to rest.
import type { Page } from "playwright-core";

const WATCH = `
globalThis.interactive = new Promise((settle) => {
  let busy_until = 0;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) busy_until = startTime + duration;
  }).observe({ type: "longtask", buffered: true });
  const look = () => {
    if (!document.querySelector("h1")) return;
    observer.disconnect();
    const drawn_at = performance.now();
    requestAnimationFrame(() => requestIdleCallback(() => settle(Math.max(drawn_at, busy_until, performance.now()))));
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
});`;

/** Once for each page, before its first navigation. */
export const watchInteractive = (page: Page) => page.addInitScript({ content: WATCH });

/** Milliseconds from the navigation on. */
export async function interactiveAfterMs(page: Page, address: string): Promise<number> {
  await page.goto(address);
  return page.evaluate<number>("globalThis.interactive");
}
