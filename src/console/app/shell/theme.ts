// Light or dark: as the reader's system says, or as chosen here; the choice stays in this browser.
import { signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const KEY = "taskward-theme";

const isTheme = (text: string | null): text is Theme =>
  text === "system" || text === "light" || text === "dark";

function stored(): Theme {
  const text = localStorage.getItem(KEY);
  return isTheme(text) ? text : "system";
}

export const theme = signal<Theme>(stored());

/** Puts the present choice on the document, where the stylesheet reads it. */
export function applyTheme(): void {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
}

export function choose(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEY, next);
  applyTheme();
}
