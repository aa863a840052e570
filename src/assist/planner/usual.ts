// What projects of a kind usually consist of, for texts that hardly say more than what the whole is to be: named by
// the kinds of work that kinds-*.ts knows, so that they are done in their usual order.
import type { Deliverable } from "./deliverables.ts";
import type { Domain } from "./domain.ts";
import { kindNamed } from "./kinds.ts";
import { MAKES } from "./subject.ts";
import { verbAt } from "./words.ts";

/** With more things named than this, the text is the plan. */
const NAMED_MAX = 3;

/** Kinds of projects; words of the whole that tell sorts of it apart; and each part as "kind=what is to be done". */
const USUAL: readonly (readonly [domain: string, words: RegExp, parts: string])[] = [
  [
    "event",
    /conference|meetup|summit|congress|symposium|hackathon|workshop/iu,
    "venue=Book a venue, programme=Draw up the programme, speakers=Invite speakers, tickets=Set up the registration, catering=Order food and drinks, stage=Set up stage and sound",
  ],
  [
    "event",
    /(?:)/u,
    "venue=Book a place, invitations=Send out the invitations, catering=Order food and drinks, music=Book music, decoration=Arrange the decoration",
  ],
  [
    "software",
    /web ?site|landing page|homepage|blog|portfolio/iu,
    "articles=Write the texts and choose the pictures, design-system=Draft the design, page=Build the pages, accessibility=Check contrast, text size and use by keyboard",
  ],
  [
    "software",
    /(?:)/u,
    "design-system=Draft wireframes, data-model=Design the data model, api=Build the backend, page=Build the screens",
  ],
  [
    "research",
    /(?:)/u,
    "literature=Review the literature, study-design=Write the study plan, collection=Collect the data, analysis=Analyse the data, paper=Write up the results",
  ],
  [
    "marketing",
    /(?:)/u,
    "audience=Define the target group, copy=Write texts and a press release, landing-page=Build a landing page, video=Produce pictures and a video, social=Run the posts and ads",
  ],
  [
    "hiring",
    /(?:)/u,
    "salary=Agree on salary bands, job-posts=Write the job ads, interview-kit=Prepare interviews and scorecards, onboarding=Plan the first 90 days",
  ],
  [
    "migration",
    /(?:)/u,
    "rollback=Prepare the way back, tests=Write checks of before and after, decommission=Switch off what is replaced",
  ],
  [
    "data",
    /(?:)/u,
    "data-pipeline=Build the data pipeline, features=Prepare the features, bias=Check the errors by group",
  ],
  [
    "publication",
    /docs|documentation|manual|guide|wiki/iu,
    "gap-analysis=List the existing pages and what is wrong with them, outline=Draft the structure, articles=Write the pages, editing=Edit language and examples",
  ],
  [
    "publication",
    /podcast|video|film|series|documentary/iu,
    "outline=Draft a plan of the episodes, scripts=Write the scripts, recording=Record the first episodes, editing=Cut picture and sound",
  ],
  [
    "publication",
    /(?:)/u,
    "outline=Draft the outline, chapters=Write the first draft, editing=Edit the draft",
  ],
  [
    "construction",
    /kitchen|bathroom|toilet|shower/iu,
    "demolition=Remove what is there, plumbing=Install the plumbing, electrics=Install wiring and light, floors=Lay tiles and floor, fittings=Install the fittings",
  ],
  [
    "construction",
    /(?:)/u,
    "permit=Obtain the permits, materials=Buy the material, electrics=Install wiring and light, painting=Paint walls and ceilings",
  ],
  [
    "move",
    /(?:)/u,
    "lease=Sign the new lease, floor-plan=Draw up the floor plan, network=Set up internet and phones, packing=Pack and transport everything, new-address=Announce the new address",
  ],
  [
    "business",
    /(?:)/u,
    "business-plan=Write the business plan, funding=Secure the money, lease=Sign the lease, permit=Obtain permits and insurance, materials=Buy equipment and first stock, brand=Design name and logo",
  ],
  [
    "organisation",
    /audit|iso|soc|certif|compliance/iu,
    "gap-analysis=Carry out a gap analysis, policies=Write the missing policies, training=Hold the training, internal-audit=Carry out an internal audit",
  ],
  ["organisation", /(?:)/u, "announcement=Send the news to everybody concerned, training=Hold the training"],
  [
    "programme",
    /(?:)/u,
    "funding=Secure the money, partners=Win partners, volunteers=Involve volunteers, announcement=Send the invitation",
  ],
];

/** Projects whose whole is no task beside its parts. */
const CONSISTING = new Set(
  "event move software research marketing publication business construction programme".split(" "),
);

/** Whether the only thing that a text names is the whole that the plan is called by, and its usual parts stand for it. */
export const isWhole = (
  named: readonly Deliverable[],
  usual: readonly Deliverable[],
  domain: Domain,
  subject: string,
): boolean => {
  const verb = named[0]?.verb ?? null;
  const is_called_so = named.length === 1 && !subject.startsWith("“");
  return (
    is_called_so &&
    usual.length >= 3 &&
    CONSISTING.has(domain.name) &&
    (verb === null || WHOLE_VERBS.has(verb))
  );
};
const WHOLE_VERBS = new Set([...MAKES, "move", "relocate", "start"]);

/** Nothing where the text names enough by itself. */
export function usualParts(named: readonly Deliverable[], domain: Domain, subject: string): Deliverable[] {
  if (named.length > NAMED_MAX) return [];
  const known = new Set(
    named.length === 1 && CONSISTING.has(domain.name) ? [] : named.map(({ kind }) => kind?.name),
  );
  const [, , parts = ""] = USUAL.find(([of, words]) => of === domain.name && words.test(subject)) ?? [];
  return parts.split(/, (?=[a-z-]+=)/u).flatMap((part) => {
    const [name = "", what = ""] = part.split("=");
    const kind = kindNamed(name);
    if (kind === null || known.has(name)) return [];
    const object = what
      .split(" ")
      .slice(verbAt(what.split(" "), 0)?.length ?? 1)
      .join(" ");
    return [
      { title: `${what}: ${subject}`, object, verb: null, sources: [], kind, topics: [], period: null },
    ];
  });
}
