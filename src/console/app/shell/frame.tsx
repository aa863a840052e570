// The frame around every screen: navigation at the side, on a narrow page behind a button; who is signed in, and the
// way out.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { attempt } from "../connection/run.ts";
import { may, signed_in, signOut } from "../connection/session.ts";
import { ROLE_WORDS } from "../format/words.ts";
import { Button } from "../parts/button.tsx";
import { Icon, type IconName, Sign } from "../parts/icon.tsx";
import { Avatar } from "../parts/text.tsx";
import { place } from "../place.ts";
import type { Route } from "../route.ts";
import { ThemeSwitch } from "./theme-switch.tsx";

interface Entry {
  readonly href: string;
  readonly label: string;
  readonly icon: IconName;
  readonly names: readonly Route["name"][];
}

/** What is of no use to somebody is not offered. */
function entries(): Entry[] {
  const all: (Entry & { readonly offered: boolean })[] = [
    {
      href: "#/projects",
      label: "Projects",
      icon: "projects",
      names: ["projects", "project"],
      offered: may("project:list"),
    },
    { href: "#/work", label: "My work", icon: "work", names: ["work"], offered: may("task:read") },
    {
      href: "#/people",
      label: "People",
      icon: "people",
      names: ["people"],
      offered: may("system:user_manage"),
    },
    {
      href: "#/workers",
      label: "Workers",
      icon: "workers",
      names: ["workers"],
      offered: may("worker:manage"),
    },
    {
      href: "#/webhooks",
      label: "Webhooks",
      icon: "webhooks",
      names: ["webhooks"],
      offered: may("project:update"),
    },
    {
      href: "#/integrations",
      label: "Integrations",
      icon: "link",
      names: ["integrations"],
      offered: may("project:update"),
    },
    { href: "#/usage", label: "AI usage", icon: "insight", names: ["usage"], offered: true },
    { href: "#/audit", label: "Audit log", icon: "audit", names: ["audit"], offered: may("system:audit") },
    { href: "#/trials", label: "Security tests", icon: "trials", names: ["trials"], offered: true },
    {
      href: "#/settings",
      label: "Settings",
      icon: "settings",
      names: ["settings"],
      offered: may("system:admin"),
    },
  ];
  return all.filter(({ offered }) => offered);
}

export const Frame = ({ children }: { readonly children: ComponentChildren }) => {
  const [open, setOpen] = useState(false);
  const main = useRef<HTMLElement>(null);
  const { name } = place.value;
  useEffect(() => setOpen(false), [place.value]);
  const { user, workspace } = signed_in.value!;
  return (
    <div class={open ? "frame open" : "frame"}>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to content
      </button>
      <header class="topbar">
        <Button
          kind="quiet"
          icon={open ? "close" : "menu"}
          label={open ? "Close the menu" : "Open the menu"}
          expanded={open}
          onClick={() => setOpen(!open)}
        />
        <a class="brand" href="#/projects">
          <Sign size={24} />
          <span>Taskward</span>
        </a>
        <SignOut />
      </header>
      <aside class="side" aria-label="Menu">
        <a class="brand" href="#/projects">
          <Sign />
          <span>Taskward</span>
        </a>
        <nav aria-label="Main">
          <ul>
            {entries().map(({ href, label, icon, names }) => (
              <li key={href}>
                <a href={href} aria-current={names.includes(name) ? "page" : undefined}>
                  <Icon name={icon} />
                  <span>{label}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="side-foot">
          <ThemeSwitch />
          <div class="me">
            <a href="#/account" aria-current={name === "account" ? "page" : undefined} title="Your account">
              <Avatar name={user.username} />
              <span class="me-name">
                <b>{user.username}</b>
                <span>{user.roles.map((role) => ROLE_WORDS[role]).join(", ")}</span>
                <span>in {workspace}</span>
              </span>
            </a>
            <SignOut />
          </div>
        </div>
      </aside>
      <button type="button" class="veil" tabIndex={-1} aria-hidden="true" onClick={() => setOpen(false)} />
      <main id="content" tabIndex={-1} ref={main}>
        {children}
      </main>
    </div>
  );
};

const SignOut = () => <Button kind="quiet" icon="leave" label="Sign out" onClick={() => attempt(signOut)} />;

/** The head of a screen: its name, what it is, and what can be done with it. */
export const Head = ({
  title,
  children,
  actions,
  trail,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly trail?: ComponentChildren;
}) => {
  useEffect(() => {
    document.title = `${title} · Taskward`;
  }, [title]);
  return (
    <header class="head">
      <div>
        {trail && <p class="trail">{trail}</p>}
        <h1>{title}</h1>
        {children && <p class="lede">{children}</p>}
      </div>
      {actions && <div class="actions">{actions}</div>}
    </header>
  );
};
