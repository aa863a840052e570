// The present route as a signal, kept in step with the address bar. A one-use token is taken out of the address, and
// so out of the history, as soon as it is read.
import { signal } from "@preact/signals";
import { hrefOf, parseRoute, type Route } from "./route.ts";

export const place = signal<Route>({ name: "projects" });

function read(): void {
  const route = parseRoute(location.hash);
  if (route.name === "register" && (route.bootstrap_token || route.invitation))
    history.replaceState(null, "", `${location.pathname}${hrefOf(route)}`);
  place.value = route;
}

/** Begins to follow the address bar. */
export function followAddress(): void {
  addEventListener("hashchange", read);
  read();
}

/** Goes to another place; `replace` leaves no step in the history. */
export function go(route: Route, replace = false): void {
  const href = hrefOf(route);
  if (href === location.hash) return;
  if (replace) history.replaceState(null, "", `${location.pathname}${href}`);
  else history.pushState(null, "", `${location.pathname}${href}`);
  place.value = route;
}
