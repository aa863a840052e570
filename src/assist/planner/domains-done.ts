// Projects of people and places: events, buildings, moves, studies, campaigns, and whatever else people set out to do.
import { at, cues, type Domain, stages } from "./domain.ts";

export const DONE: readonly Domain[] = [
  {
    name: "move",
    cues: cues(
      "(?:office|house|company) (?:move|relocation)|relocat\\w+|moving (?:day|out|in)|we move\\b|(?:old|new) (?:office|building)|lease\\b|movers|pack and move|floor ?plan|belongings",
    ),
    phases: ["Plan", "Prepare", "Move", "Settle in"],
    stages: stages(0, 0, 1, 2, 2, 2, 3),
    opening: [
      at(0, "Set date, budget and people in charge of {}", 4, "project-management"),
      at(0, "List what moves, what stays and what goes: {}", 8, "logistics"),
      at(1, "Get quotes from moving companies for {}", 4, "purchasing", "suppliers"),
    ],
    closing: [
      at(1, "Tell everybody concerned what happens when: {}", 3, "communication"),
      at(3, "Check that everybody can work on the first day after {}", 4, "it"),
      at(3, "Settle bills, deposits and open faults of {}", 4, "finance"),
    ],
    verb: "Organise",
    skill: "logistics",
    group: "places",
    noun: "the move",
  },
  {
    name: "event",
    cues: cues(
      "conference|wedding|festival|concerts?\\b|guests?\\b|venue|cater\\w*|speakers?|attendees|tickets?\\b|meetup|ceremony|party\\b|celebration|anniversary|retreat|hackathon|exhibition|fair\\b|invitations?|sponsors?|gala|tournament",
    ),
    phases: ["Plan", "Book", "Prepare", "Event", "Wrap up"],
    stages: stages(0, 0, 1, 2, 2, 3, 4),
    opening: [
      at(0, "Set date, budget and number of guests for {}", 6, "event-planning"),
      at(0, "Name who decides and who is in charge of what at {}", 3, "event-planning"),
    ],
    closing: [
      at(2, "Write the running order of {}, hour by hour", 8, "event-planning"),
      at(2, "Settle insurance, safety and access for {}", 6, "event-planning"),
      at(3, "Set up and run {} on the day", 24, "event-planning"),
      at(4, "Pay the bills, thank everybody and collect feedback on {}", 6, "event-planning"),
    ],
    verb: "Arrange",
    skill: "event-planning",
    group: "places",
    noun: "the event",
  },
  {
    name: "construction",
    cues: cues(
      "renovat\\w*|refurbish\\w*|construct\\w*|kitchen|bathroom|roof\\b|walls?\\b|plumb\\w*|wiring|tiles?\\b|gardens?\\b|garden(?:ing)?\\b|raised beds?|building permit|foundation\\b|architect\\w*|excavat\\w*|playground|house\\b|landscap\\w*|compost\\w*|planting|schoolyard|insulat\\w*|heating",
    ),
    phases: ["Survey and design", "Permits and purchasing", "Groundwork", "Works", "Finish and hand over"],
    stages: stages(0, 1, 2, 3, 4, 4, 4),
    opening: [
      at(0, "Agree on wishes, budget and limits for {}", 6, "project-management"),
      at(0, "Measure the site and draw {} to scale", 10, "architecture", "floor-plan"),
      at(1, "Get and compare quotes for {}", 8, "purchasing"),
      at(2, "Protect the surroundings and set up the site for {}", 6, "construction"),
    ],
    closing: [
      at(4, "Inspect {} and list what is to be put right", 6, "construction"),
      at(4, "Hand over {} with papers and instructions for care", 4, "project-management"),
    ],
    verb: "Build",
    skill: "construction",
    group: "places",
    noun: "the building work",
  },
  {
    name: "research",
    cues: cues(
      "study\\b|research\\b(?! in)|hypothes[ie]s|questionnaire|participants|interviews\\b|literature|ethics|respondents|survey\\b|thesis|journal|findings|qualitative|quantitative|statistical|investigates?",
    ),
    phases: ["Question and method", "Preparation", "Data collection", "Analysis", "Publication"],
    stages: stages(0, 1, 1, 2, 3, 3, 4),
    opening: [
      at(0, "Write down the question and what would answer it: {}", 8, "research"),
      at(1, "Write the plan for data, consent and storage of {}", 8, "research", "study-design"),
    ],
    closing: [
      at(2, "Check the collected data of {} for gaps and errors", 12, "analysis"),
      at(3, "Discuss first results of {} with colleagues", 6, "research"),
      at(4, "Publish data, code and method of {} as far as consent allows", 8, "research"),
    ],
    verb: "Carry out",
    skill: "research",
    group: "people",
    noun: "the study",
  },
  {
    name: "marketing",
    cues: cues(
      "campaign|brand\\b|awareness\\b|marketing|social media|instagram|tiktok|influencers?|ads?\\b|newsletter|landing page|press (?:kit|release)|seo\\b|audience|followers|product launch|launch campaign",
    ),
    phases: ["Strategy", "Material", "Channels", "Launch", "Measure"],
    stages: stages(0, 1, 1, 2, 4, 3, 4),
    opening: [
      at(0, "Agree on goals, budget and measures of {}", 6, "marketing"),
      at(0, "Describe whom {} is for and what it says to them", 8, "marketing", "audience"),
      at(1, "Write the message guide and the calendar of {}", 8, "copywriting"),
    ],
    closing: [
      at(3, "Check links, tracking and legal notices of {}", 5, "marketing"),
      at(3, "Launch {} and answer what comes back in the first days", 10, "marketing"),
      at(4, "Report what {} has brought against its goals", 8, "analysis", "measuring", "reports"),
    ],
    verb: "Produce",
    skill: "marketing",
    group: "people",
    noun: "the campaign",
  },
  {
    name: "publication",
    cues: cues(
      "podcast|book\\b|novel\\b|episodes?|chapters?|documentary|magazine|film\\b|video series|documentation|docs\\b|articles?|wiki\\b|manual\\b|course\\b|tutorials?|scripts?\\b|recording|sound design|editor\\b|publish\\w*",
    ),
    phases: ["Concept", "Content", "Production", "Review", "Publication"],
    stages: stages(0, 0, 1, 2, 3, 3, 4),
    opening: [
      at(0, "Agree on readers, form and length of {}", 6, "writing"),
      at(0, "Draft the outline of {}", 8, "writing", "outline"),
    ],
    closing: [
      at(3, "Have {} read by somebody from its audience", 6, "editing"),
      at(3, "Check rights, names and facts in {}", 6, "editing"),
      at(4, "Publish {} and tell people of it", 6, "publishing"),
      at(4, "Collect reactions and decide how {} goes on", 4, "writing"),
    ],
    verb: "Prepare",
    skill: "writing",
    group: "people",
    noun: "the publication",
  },
  {
    name: "organisation",
    cues: cues(
      "gdpr|data protection|onboarding|iso ?\\d+|certif(?:y|ied)|compliance|polic(?:y|ies)|audits?\\b|employees|human resources|process(?:es)?\\b|reorgani\\w+|training\\b|salary|isms\\b|governance|gap analysis",
    ),
    phases: ["Assess", "Design", "Carry out", "Check", "Settle"],
    stages: stages(0, 1, 2, 2, 2, 3, 4),
    opening: [
      at(0, "Agree with management on goals and means for {}", 6, "project-management"),
      at(0, "Describe how things are today, before {}", 10, "analysis", "gap-analysis"),
      at(1, "Plan who does what until when for {}", 6, "project-management"),
    ],
    closing: [
      at(2, "Tell everybody concerned what {} means for them", 6, "communication", "announcement"),
      at(3, "Check how well {} works and correct it", 8, "analysis", "internal-audit", "stakeholders"),
      at(4, "Hand {} over to those who carry it on", 4, "project-management"),
    ],
    verb: "Carry out",
    skill: "project-management",
    group: "people",
    noun: "the change",
  },
  {
    name: "programme",
    cues: cues(
      "community|volunteers?|residents|workshops?|non-?profit|grant\\b|funding|charity|neighbou?rhoods?|participants in|outreach|schools?\\b|programme?\\b|donat\\w+|children|youth",
    ),
    phases: ["Set up", "Partners and people", "Delivery", "Follow-up"],
    stages: stages(0, 0, 1, 2, 2, 3, 3),
    opening: [
      at(0, "Agree on aims, budget and measures of {}", 8, "project-management"),
      at(1, "Win partners and volunteers for {}", 16, "community", "volunteers", "partners"),
    ],
    closing: [
      at(1, "Announce {} where its people will see it", 6, "communication", "announcement", "press"),
      at(3, "Ask those who took part what {} changed for them", 8, "analysis"),
      at(3, "Report to those who pay for {}", 8, "writing"),
      at(3, "Decide who keeps {} going", 4, "project-management"),
    ],
    verb: "Organise",
    skill: "community",
    group: "people",
    noun: "the programme",
  },
];

/** Where none of the others is recognised. */
export const GENERAL: Domain = {
  name: "general",
  cues: /(?!)/gu,
  phases: ["Clarify", "Prepare", "Carry out", "Check", "Hand over"],
  stages: stages(0, 1, 2, 2, 2, 3, 4),
  opening: [
    at(0, "Agree on goal, limits and measures of {}", 6, "project-management"),
    at(0, "List who is concerned by {} and what they need", 5, "analysis"),
    at(1, "Plan means, people and dates for {}", 6, "project-management"),
    at(1, "Try the riskiest part of {} in small", 10, "project-management"),
  ],
  closing: [
    at(3, "Check {} against its goal with those concerned", 6, "testing"),
    at(3, "Put right what the check of {} has shown", 8, "project-management"),
    at(4, "Hand over {} and write down how it is kept going", 6, "technical-writing"),
    at(4, "Look back on {} and note what to do better", 3, "project-management"),
  ],
  verb: "Carry out",
  skill: "project-management",
  group: null,
  noun: "the project",
};
