// Plans by rules: every one can be applied, speaks of its own text, and puts first what comes first.
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { CHECKS } from "../../../../src/assist/checks.ts";
import { breakdownOf } from "../../../../src/assist/planner/breakdown.ts";
import { plannerSkills } from "../../../../src/assist/planner/skills.ts";
import type { BreakdownProposal, ProposedTask } from "../../../../src/schema/proposal.ts";
import { corporaNote, corporaRoot } from "../../corpora.ts";
import {
  DATABASE,
  type Description,
  fromCorpora,
  KITCHEN,
  LIBRARY,
  MOVE,
  OWN,
  SENSOR,
  SHOP,
  STUDY,
  WEDDING,
} from "./descriptions.ts";

const TASKS_MIN = 8;
const plan = ({ name, description }: Description): BreakdownProposal =>
  breakdownOf(name, description).proposal;
const facts = { skills: plannerSkills() };

function expectSound(proposal: BreakdownProposal): void {
  const { schema, references, bounds } = CHECKS.breakdown;
  expect(v.parse(schema, proposal)).toEqual(proposal);
  expect(references(proposal, facts)).toBeNull();
  expect(bounds(proposal, facts)).toBeNull();
  expect(proposal.tasks.length).toBeGreaterThanOrEqual(TASKS_MIN);
  expect(new Set(proposal.tasks.map(({ title }) => title)).size).toBe(proposal.tasks.length);
  // One whole: all but the first tasks wait for something.
  const roots = proposal.tasks.filter(({ depends_on }) => depends_on.length === 0);
  expect(roots).toHaveLength(1);
}

const taskLike = ({ tasks }: BreakdownProposal, words: RegExp): ProposedTask => {
  const found = tasks.filter(({ title }) => words.test(title));
  expect(
    found.map(({ title }) => title),
    String(words),
  ).toHaveLength(1);
  return found[0]!;
};

/** Whether one waits for the other, directly or through others. */
function comesAfter(proposal: BreakdownProposal, later: RegExp, earlier: RegExp): boolean {
  const { ref } = taskLike(proposal, earlier);
  const tasks = new Map(proposal.tasks.map((task) => [task.ref, task]));
  const waits = (task: ProposedTask): boolean =>
    task.depends_on.some((each) => each === ref || waits(tasks.get(each)!));
  return waits(taskLike(proposal, later));
}

describe.each([...OWN, ...fromCorpora()])("$name", (description) => {
  it("gets a plan that passes every check, of eight tasks at least, all of which hang together", () => {
    expectSound(plan(description));
  });
});

describe(`twenty descriptions of the corpora${corporaNote}`, () => {
  it.skipIf(!corporaRoot)("most plans quote their own text, and none is another's", () => {
    const all = fromCorpora();
    expect(all).toHaveLength(20);
    const plans = all.map(plan);
    const quoting = plans.filter(({ tasks }) => tasks.some(({ description }) => description !== ""));
    expect(quoting.length).toBeGreaterThanOrEqual(15);
    const titles = plans.map(({ tasks }) => tasks.map(({ title }) => title).join("\n"));
    expect(new Set(titles).size).toBe(20);
  });
});

it("the same text gives the same plan", () => {
  for (const each of OWN) expect(plan(each)).toEqual(plan(each));
});

it("two projects share less than a third of their tasks", () => {
  for (const [at, one] of OWN.entries()) {
    for (const other of OWN.slice(at + 1)) {
      const titles = new Set(plan(one).tasks.map(({ title }) => title));
      const shared = plan(other).tasks.filter(({ title }) => titles.has(title));
      expect(shared.length, `${one.name} and ${other.name}`).toBeLessThan(titles.size / 3);
    }
  }
});

it("another description under the same name gives another plan", () => {
  const plans = OWN.map(({ description }) => JSON.stringify(plan({ name: "Project", description })));
  expect(new Set(plans).size).toBe(OWN.length);
});

it.each([
  [SHOP, /payment processing$/u, /shopping cart/u],
  [SHOP, /shopping cart/u, /product catalog/u],
  [SHOP, /Test payment/u, /Build payment/u],
  [KITCHEN, /tiles/u, /wiring and plumbing/u],
  [KITCHEN, /wiring/u, /Remove the wall/u],
  [KITCHEN, /Install fitted cabinets/u, /tiles/u],
  [KITCHEN, /Install induction hob/u, /order induction hob/u],
  [STUDY, /Recruit/u, /ethics/iu],
  [STUDY, /Conduct 24/u, /Recruit/u],
  [STUDY, /^Analyse/u, /Recruit/u],
  [STUDY, /Submit/u, /^Analyse/u],
  [MOVE, /hand back/u, /Pack and move/u],
  [MOVE, /desks/u, /Sign the new lease/u],
  [DATABASE, /^Migrate/u, /Rehearse/u],
  [DATABASE, /Rehearse/u, /rollback/u],
  [DATABASE, /Decommission/u, /^Migrate/u],
  [DATABASE, /billing/u, /^Migrate/u],
  [LIBRARY, /reserve a book/u, /search the catalogue/u],
  [LIBRARY, /reminders/u, /loans and returns/u],
  [WEDDING, /seating plan/u, /invitations/u],
  [SENSOR, /Test .*prototypes/u, /Build 10 prototypes/u],
  [SENSOR, /500 units/u, /CE certification/u],
] as const)("in $name, %s comes after %s", (description, later, earlier) => {
  const proposal = plan(description);
  expect(comesAfter(proposal, later, earlier)).toBe(true);
  expect(comesAfter(proposal, earlier, later)).toBe(false);
});

it("what the text says of order goes before what is usual", () => {
  const text =
    "Write the user guide before we build the search. Build the search. Design the logo after the search.";
  const proposal = plan({ name: "Order", description: text });
  expect(comesAfter(proposal, /Build the search/u, /user guide/u)).toBe(true);
  expect(comesAfter(proposal, /logo/u, /Build the search/u)).toBe(true);
});

it("parts of a timeline follow one another", () => {
  const text =
    "Weeks 1-2: Identify garden sites.\nWeeks 3-6: Build raised beds.\nWeeks 7-8: Organise a harvest festival.";
  const proposal = plan({ name: "Garden", description: text });
  expect(comesAfter(proposal, /Build raised beds$/u, /garden sites/u)).toBe(true);
  expect(comesAfter(proposal, /harvest/u, /Build raised beds$/u)).toBe(true);
});

it.each([
  ["Build a booking page. We will not build a mobile app.", /mobile/u],
  ["Build a booking page.\n\nOut of scope: payments.", /payment/u],
  ["Build a booking page.\n\n## Out of scope\n\n- Payments\n- Mobile app", /payment|mobile/iu],
  ["Build a booking page.\n\n## Not now\n\n- Payments\n- Mobile app", /payment|mobile/iu],
  ["Build a booking page.\n\n## Tech\n\n- PostgreSQL\n- Search by Solr", /postgres|solr/iu],
  ["Build a booking page.\n\nBudget:\n- Hosting: $400\n- Search: $300", /hosting|search/iu],
  ["Build a booking page.\n\n```\nAdd a payment provider.\n```", /payment/u],
])("%j plans nothing of %s", (description, excluded) => {
  const titles = plan({ name: "Booking", description }).tasks.map(({ title }) => title);
  expect(titles.some((title) => /booking page/u.test(title))).toBe(true);
  expect(titles.filter((title) => excluded.test(title))).toEqual([]);
});

it("more of the same takes longer, small takes less, and estimates are ordered", () => {
  const likely = (text: string): number =>
    taskLike(plan({ name: "Talks", description: text }), /Conduct .*interviews$/u).estimate.likely;
  expect(likely("Conduct 24 interviews.")).toBeGreaterThan(likely("Conduct two interviews."));
  expect(likely("Conduct two interviews.")).toBeGreaterThan(likely("Conduct short interviews."));
});

describe("a change to a program", () => {
  const description =
    "`cart.total` was rounded before the discount, so two requests could write it twice. Instead of rounding each line, round the sum once. `read_prices` now skips items without a price. The public API must not change.\n\nMove the helpers to `lib/money.ts`:\n\n- GET /carts/{id}\n- rounding of `tax_of`";
  const proposal = plan({ name: "Task 7", description });
  const titles = proposal.tasks.map(({ title }) => title);

  it("is planned by what is wrong, what is to be done, and what stays", () => {
    expect(titles).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Reproduce: cart\.total was rounded/u),
        expect.stringMatching(/^Read read_prices/u),
        "Have read_prices skip items without a price",
        expect.stringMatching(/^Check the requirement “The public API must not change”/u),
        "Move GET /carts/{id}",
        "Move rounding of tax_of",
      ]),
    );
  });

  it("is understood before it is made, and made before it is reviewed", () => {
    expect(comesAfter(proposal, /^Have read_prices/u, /^Reproduce/u)).toBe(true);
    expect(comesAfter(proposal, /reviewed/u, /^Have read_prices/u)).toBe(true);
  });

  it("no meaningless name stands for what it is about", () => {
    expect(titles.join("\n")).not.toContain("Task 7");
  });
});

it.each([
  ["Organise a two-day developer conference in Lisbon", "Book", ["Invite speakers", "Draw up the programme"]],
  ["Build a mobile app for tracking houseplants", "Build", ["Design the data model", "Build the screens"]],
  ["Todo app", "Build", ["Build the backend"]],
  [
    "Hire five backend engineers this quarter",
    "Interview",
    ["Hire five backend engineers", "Write the job ads"],
  ],
  [
    "Move our customer data from MySQL to Postgres",
    "Cut over",
    ["Prepare the way back", "Move our customer data"],
  ],
  [
    "Fix the XSS vulnerability in the comment form",
    "Change",
    ["Fix the XSS vulnerability in the comment form"],
  ],
  ["Move our office to a new building", "Move", ["Sign the new lease", "Pack and transport everything"]],
  ["Train a model that predicts which customers cancel", "Model", ["Train a model that predicts"]],
  ["Open a coffee shop in Berlin", "Open", ["Obtain permits and insurance", "Write the business plan"]],
  ["Rewrite the documentation of our REST API", "Review", ["Write the pages"]],
] as const)("%j alone is planned by what such projects consist of", (description, phase, parts) => {
  const reading = breakdownOf("", description);
  expectSound(reading.proposal);
  expect(reading).toMatchObject({ units: 1, understood: 1 });
  expect(reading.proposal.phases).toContain(phase);
  const titles = reading.proposal.tasks.map(({ title }) => title).join("\n");
  for (const part of parts) expect(titles).toContain(part);
  expect(reading.proposal.tasks.some((task) => task.description.includes(description))).toBe(true);
});

it.each([
  [
    "# Features\n- Share plants with family\n- Works offline and syncs\n- Sign in with Apple",
    "Let users share plants with family",
  ],
  ["# Features\n- Works offline and syncs\n- Search page", "Make it work offline"],
  ["The docs of our API are old. Rewrite them by May.", "Rewrite the docs of our API by May"],
  ["Interviewers need training.", "Provide training for interviewers"],
  ["Fields have to be mapped, and the sync with the ERP has to be rebuilt.", "Rebuild the sync with the ERP"],
  ["Contacts, companies and old mails have to be moved.", "Move contacts, companies and old mails"],
  ["Invoices are then sent every Monday.", "Send invoices every Monday"],
  ["Catering must offer vegan food.", "Have catering offer vegan food"],
  ["Server nodes should move to Linux.", "Move server nodes to Linux"],
  ["We plan to submit the paper to a journal.", "Submit the paper to a journal"],
  ["Find a broker, view and choose offices, and order furniture.", "View and choose offices"],
  [
    "The old portal stays readable for a year. Build a new portal.",
    "Check the requirement “The old portal stays readable for a year”",
  ],
])("%j plans %j", (description, title) => {
  expect(plan({ name: "Whole", description }).tasks.map((task) => task.title)).toContain(title);
});

it("what the text wants before anything else comes first, and what it wants afterwards last", () => {
  const description =
    "Before touching anything, write tests for `tax_of`. Extract `tax_of` into a module. Rename `sum_of`. Remove the flag `old_tax` afterwards.";
  const proposal = plan({ name: "Tax", description });
  expect(comesAfter(proposal, /^Extract/u, /^Write tests/u)).toBe(true);
  expect(comesAfter(proposal, /^Remove the flag/u, /^Rename/u)).toBe(true);
});

it("a complaint alone is reproduced before it is changed", () => {
  const { proposal, domain } = breakdownOf("", "The export of large reports times out after 30 seconds.");
  expect(domain).toBe("change");
  expect(comesAfter(proposal, /^Make the change/u, /^Reproduce: the export/u)).toBe(true);
});

it("a name that tells to do something is read where the description is empty", () => {
  const { proposal } = breakdownOf("Launch our new website", "");
  expect(proposal.phases).toContain("Build");
});

it("what a sentence gives as a reason or an effect is no work", () => {
  const description = "Build a booking page, because guides will plan tours with it. This reduces calls.";
  const titles = plan({ name: "Booking", description })
    .tasks.map(({ title }) => title)
    .join("\n");
  expect(titles).toMatch(/booking page/u);
  expect(titles).not.toMatch(/tours|calls/iu);
});

it("names of code are kept as they are written, without their marks", () => {
  const description =
    "`is_workspace_admin` was derived from the target's role in `partial_update`. Remove the bypass from `is_workspace_admin` for good.";
  const { tasks } = plan({ name: "Roles", description });
  const titles = tasks.map(({ title }) => title).join("\n");
  expect(titles).toContain("is_workspace_admin");
  expect(titles).not.toContain("`");
});

it("tools that the text names become skills", () => {
  const { tasks } = plan({ name: "Site", description: "Build a React frontend. Build a PostgreSQL schema." });
  expect(tasks.flatMap(({ skills }) => skills)).toEqual(expect.arrayContaining(["react", "postgresql"]));
});

it("nothing to go by still gives a plan, and says that nothing was recognised", () => {
  for (const description of ["", "…", "42", "Wir feiern.", "It was a dark night and nobody came."]) {
    const reading = breakdownOf("Something", description);
    expectSound(reading.proposal);
    expect(reading.understood).toBe(0);
  }
});

describe("whatever is written", () => {
  const word = fc.constantFrom(
    ..."build the a garden and, test. payment we need to - 1. ## Phase before after API venue : ; you must will be done by users can search hire three migrate “ ” ``` \n \n\n".split(
      /(?<=\S) /u,
    ),
  );
  const salad = fc.array(word, { maxLength: 200 }).map((words) => words.join(" "));
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 400 }).map((each) => each.toWellFormed()),
    salad,
  );

  it("the plan passes every check", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 120 }), text, (name, description) => {
        const { proposal } = breakdownOf(name.toWellFormed(), description);
        const kept = proposal.tasks.every(({ title }) => title.trim() !== "");
        expect(kept).toBe(true);
        expect(CHECKS.breakdown.references(proposal, facts)).toBeNull();
        expect(CHECKS.breakdown.bounds(proposal, facts)).toBeNull();
        expect(proposal.tasks.length).toBeGreaterThanOrEqual(TASKS_MIN);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["one word", "build ".repeat(1_666)],
    ["one long sentence", `We need ${"a search page, ".repeat(660)}and more`],
    ["many short ones", "Build a page. ".repeat(700)],
    ["a long list", "- Build page\n".repeat(760)],
    ["dotted names", "a.".repeat(5_000)],
    ["underscores", "_.".repeat(5_000)],
    ["marks alone", "*_`~".repeat(2_500)],
    ["spaces", `Build ${" ".repeat(9_900)}a page`],
    ["brackets", "(".repeat(10_000)],
    ["commas", "a, ".repeat(3_333)],
  ])("10,000 characters of %s are planned within bounds", (_, description) => {
    expectSound(plan({ name: "Long", description }));
  });
});
