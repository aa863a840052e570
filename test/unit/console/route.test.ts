// The console's places as fragments of the address.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hrefOf, PROJECT_VIEWS, parseRoute, type Route } from "../../../src/console/app/route.ts";

const PROJECT = `prj_${"0".repeat(26)}`;
const TASK = `tsk_${"a".repeat(26)}`;

const routes: Route[] = [
  { name: "projects" },
  ...PROJECT_VIEWS.map((view): Route => ({ name: "project", id: PROJECT, view, task: null })),
  { name: "project", id: PROJECT, view: "graph", task: TASK },
  { name: "work" },
  { name: "people", id: null },
  { name: "people", id: `usr_${"1".repeat(26)}` },
  { name: "workers", id: null },
  { name: "webhooks", id: `whk_${"1".repeat(26)}` },
  { name: "integrations", id: null },
  { name: "integrations", id: `int_${"1".repeat(26)}` },
  { name: "usage" },
  { name: "audit", id: `evt_${"1".repeat(26)}` },
  { name: "trials" },
  { name: "account" },
  { name: "settings" },
];

test.each(routes)("%j has an address that leads back to it", (route) => {
  expect(parseRoute(hrefOf(route))).toEqual(route);
});

describe("links with a one-use token", () => {
  test("open the registration", () => {
    expect(parseRoute("#bootstrap=twb_abc-DEF_1")).toEqual({
      name: "register",
      bootstrap_token: "twb_abc-DEF_1",
      invitation: null,
      workspace: null,
    });
    expect(parseRoute("#invitation=twi_1.k.x&workspace=research")).toMatchObject({
      invitation: "twi_1.k.x",
      bootstrap_token: null,
      workspace: "research",
    });
  });

  test("are never written back", () => {
    const route = parseRoute("#bootstrap=twb_secret");
    expect(hrefOf(route)).toBe("#/register");
  });

  test.each(["#bootstrap=", "#bootstrap=<script>", "#bootstrap=a b", "#other=twb_x"])(
    "%s is none",
    (text) => {
      expect(parseRoute(text).name).toBe("nowhere");
    },
  );
});

test.each([
  "#/projects/prj_1",
  `#/projects/${PROJECT}/elsewhere`,
  `#/projects/${PROJECT}/board?task=../x`,
  `#/projects/${PROJECT}/board/more`,
  `#/people/${PROJECT}/roles`,
  "#/work/1",
  "#/toString",
  "#/__proto__",
])("%s leads nowhere", (text) => {
  expect(parseRoute(text)).toEqual({ name: "nowhere" });
});

test("no fragment whatever throws, or leads to a task or project that is not an id", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const route = parseRoute(`#/projects/${text}`);
      if (route.name === "project") expect(route.id).toMatch(/^[a-z]{3}_[0-9a-z]{26}$/);
      expect(parseRoute(text)).toBeDefined();
    }),
  );
});
