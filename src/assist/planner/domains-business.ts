// Projects that found or staff something, and that bring a thing in for everybody.
import { at, cues, type Domain, stages } from "./domain.ts";

export const BUSINESS: readonly Domain[] = [
  {
    name: "business",
    cues: cues(
      "(?:start|found|open|run|launch|set up) (?:an? |our |my )?(?:\\p{L}+ ){0,2}(?:business|company|shops?\\b|stores?\\b|studio|practice|agency|franchise|caf[eé]s?\\b|restaurant|bakery|bar\\b|salon|gym\\b|food truck|start-?up)|business plan|loan\\b|gastronomy|trade licen[cs]e|investors?\\b|co-?founders?|cash register",
    ),
    phases: ["Plan", "Money and permits", "Set up", "Open", "First months"],
    stages: stages(0, 1, 2, 2, 2, 3, 3),
    opening: [
      at(0, "Work out whom {} serves, with what and at which prices", 10, "product"),
      at(0, "Estimate costs, turnover and break-even of {}", 8, "finance", "business-plan"),
      at(1, "Choose the legal form and register {}", 6, "legal"),
    ],
    closing: [
      at(2, "Set up bookkeeping, taxes and insurance of {}", 8, "finance"),
      at(3, "Rehearse a full day of {} before opening", 8, "operations"),
      at(3, "Announce the opening of {} in the neighbourhood and online", 6, "marketing"),
      at(4, "Compare the first three months of {} with the plan and correct", 6, "finance"),
    ],
    verb: "Arrange",
    skill: "operations",
    group: "places",
    noun: "the business",
  },
  {
    name: "hiring",
    cues: cues(
      "hire\\b|hiring|recruit\\w*|candidates?\\b|job (?:ads?|posts?|descriptions?|boards?)|open (?:roles?|positions?)|vacanc\\w+|interviewers?|referrals?|headcount|salary bands?|headhunt\\w*",
    ),
    phases: ["Define", "Advertise", "Interview", "Offer", "Onboard"],
    stages: stages(0, 1, 1, 2, 3, 3, 4),
    opening: [
      at(0, "Agree on profile, budget and start dates for {}", 4, "human-resources"),
      at(1, "Choose channels and reviewers for {}", 3, "recruiting"),
    ],
    closing: [
      at(2, "Screen applications and answer each within a week: {}", 16, "recruiting"),
      at(
        3,
        "Compare candidates by the same criteria, check references and make offers: {}",
        10,
        "recruiting",
      ),
      at(4, "Prepare workplace, accounts and a mentor before the first day: {}", 6, "human-resources"),
      at(4, "Talk with everybody new after 30 and 90 days: {}", 4, "human-resources"),
    ],
    verb: "Prepare",
    skill: "recruiting",
    group: "people",
    noun: "the hiring",
  },
];
