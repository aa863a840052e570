// Projects that make or change a thing of technology.
import { at, cues, type Domain, stages } from "./domain.ts";

export const MADE: readonly Domain[] = [
  {
    name: "software",
    cues: cues(
      "apps?\\b|chat-?bots?\\b|bots?\\b|browser extension|software|web ?(?:site|app|shop)s?|portal|platform|users? (?:can|should|log)|customers can|log ?in|api\\b|front-?end|back-?end|database|dashboard|mobile|as an? \\w+, i want|features?\\b|react|typescript|payments?|catalog\\w*|roadmap|cli\\b|chat\\b|search\\b|checkout|cart\\b|plugin|calendar view",
    ),
    phases: ["Discovery and design", "Foundations", "Build", "Test", "Release"],
    stages: stages(0, 0, 1, 2, 2, 3, 4),
    opening: [
      at(0, "Agree on scope and acceptance criteria for {}", 8, "product"),
      at(0, "Sketch the main flows and screens of {}", 12, "design"),
      at(1, "Set up repository, environments and continuous integration for {}", 10, "devops", "pipeline"),
    ],
    closing: [
      at(3, "Test {} as a whole, on the devices that people use", 12, "testing"),
      at(3, "Check security and data protection of {}", 8, "security", "hardening", "privacy"),
      at(4, "Write the guide for users and operators of {}", 8, "technical-writing", "articles"),
      at(4, "Release {} and watch it for a week", 8, "devops"),
    ],
    verb: "Build",
    skill: "backend",
    group: "software",
    noun: "the software",
  },
  {
    name: "change",
    cues: cues(
      "fix(?:es|ed)?\\b|bugs?\\b|regression|refactor\\w*|deadlock|null\\b|crash\\w*|tests? (?:fail|timed)|this (?:pr|change|commit|patch|fix)\\b|previously\\b|no longer\\b|function|method|parser?|struct\\b|interface\\b|goroutine|mutex|handler|commit\\b|flag\\b|variable|component\\b|returns?\\b|regex|deprecat\\w*|hard-?cod\\w+|import\\b|endpoint|callback|race\\b|timeout|compil\\w+|metric|middleware|lint|drag\\b|cursor\\b|label\\b|encode|\\w+_\\w+|\\w+\\(\\)|/api/|https?://localhost|sub-?quer\\w+|quer(?:y|ies)\\b|request body|arrays?\\b|strings?\\b|bytes?\\b|sqlite|http \\d{3}|times? out|hangs\\b|broken|error messages?|does not work|doesn't work|stopped working|latency|p9\\d\\b|vulnerab\\w+|xss\\b|csrf|sql injection|cve-\\d+|backport\\w*|modules?\\b|class(?:es)?\\b|feature flag|memory leak|slow\\b|speed up|warnings?\\b|fixtures?\\b|dark mode|(?:^|\\n)add .{3,60} to (?:the|our|all)\\b|rename\\w*|cache\\b|fixed by|(?:was|were) (?:not|still)|now \\w+s\\b|no longer|patterns?\\b|no .{2,40} changes?\\b|index on|test case|stack trace",
    ),
    phases: ["Understand", "Change", "Verify", "Release"],
    stages: stages(0, 0, 1, 1, 3, 2, 3),
    opening: [
      at(0, "Write down what shall be different, and how it will be seen: {}", 1, "engineering"),
      at(0, "Reproduce how it behaves today: {}", 2, "engineering", "problem"),
    ],
    closing: [
      at(0, "Agree on the approach and on what must not change: {}", 2, "engineering"),
      at(1, "Make the change behind a test that fails without it: {}", 6, "engineering", "alteration"),
      at(2, "Run all tests, and try it with real data: {}", 3, "testing"),
      at(2, "Have the change reviewed: {}", 2, "engineering"),
      at(
        3,
        "Note the change for users and operators: {}",
        1,
        "technical-writing",
        "articles",
        "announcement",
      ),
      at(3, "Release and watch for errors: {}", 2, "devops"),
    ],
    verb: "Change",
    each: "alteration",
    skill: "engineering",
    group: "software",
    noun: "the change",
  },
  {
    name: "migration",
    cues: cues(
      "migrat\\w+|downtime|cut-?over|upgrade (?:from|to|our)|decommission|legacy|on-?prem\\w*|self-managed|(?:to|into) the cloud|cloud migration|data ?cent(?:er|re)|roll-?back|replatform\\w*|postgres\\w* \\d+|servers?\\b|infrastructure|kubernetes|clusters?\\b|upgrad\\w+|sso\\b|single sign-on|okta\\b|mfa\\b|roll(?:ing)? out|laptops?\\b|move .{2,40} (?:data|database)\\b|(?:from|to) (?:mysql|postgres\\w*|oracle|mongodb)\\b|helm\\b|switch (?:from|to)\\b",
    ),
    phases: ["Assess", "Prepare", "Rehearse", "Cut over", "Close"],
    stages: stages(0, 1, 1, 3, 3, 2, 4),
    opening: [
      at(0, "List everything that depends on {}", 8, "engineering"),
      at(0, "Agree on downtime, order and criteria to stop for {}", 4, "product"),
      at(1, "Set up the target environment for {}", 16, "devops"),
    ],
    closing: [
      at(2, "Rehearse {} with a copy and compare the results", 16, "devops", "migration-rehearsal"),
      at(2, "Announce the maintenance window for {}", 2, "communication"),
      at(3, "Check data and functions after {}", 8, "testing"),
      at(4, "Watch the new system for a week and update the runbooks: {}", 10, "devops"),
    ],
    verb: "Switch over",
    done_to: [
      "migration",
      "rollback",
      "migration-rehearsal",
      "decommission",
      "monitoring",
      "tests",
      "pipeline",
      "training",
    ],
    skill: "devops",
    group: "software",
    noun: "the migration",
  },
  {
    name: "data",
    cues: cues(
      "predict\\w*|machine[- ]learning|models?\\b|training data|dataset|regression|classif\\w+|forecast\\w*|churn|neural|features? engineering|data science|gradient|decile|accuracy|recommendation engine",
    ),
    phases: ["Frame", "Data", "Model", "Evaluate", "Put to use"],
    stages: stages(0, 1, 1, 2, 3, 3, 4),
    opening: [
      at(0, "Agree what decision {} supports and how success is measured", 6, "product"),
      at(1, "Get access to the data for {} and check its quality", 16, "data-engineering"),
      at(1, "Split the data for {} so that nothing of the future leaks into the past", 6, "data-science"),
    ],
    closing: [
      at(3, "Compare {} with the simple baseline, by group", 10, "data-science"),
      at(3, "Write down what {} can and cannot do", 6, "technical-writing"),
      at(4, "Watch drift and quality of {} in use", 8, "devops", "monitoring"),
    ],
    verb: "Prepare",
    skill: "data-science",
    group: "software",
    noun: "the model",
  },
  {
    name: "hardware",
    cues: cues(
      "sensors?\\b|electronics|batter(?:y|ies)|prototypes?|manufactur\\w+|circuit|firmware|enclosure|certification\\b|ce certif\\w*|units\\b|3d print\\w*|lorawan|device\\b",
    ),
    phases: ["Concept", "Design", "Prototype", "Test and certify", "Production"],
    stages: stages(0, 1, 1, 2, 2, 3, 4),
    opening: [
      at(0, "Write the requirements for {}: environment, lifetime, cost", 12, "product"),
      at(0, "Choose parts and suppliers for {}", 16, "purchasing", "suppliers"),
    ],
    closing: [
      at(3, "Test {} under heat, cold, water and shock", 24, "testing"),
      at(4, "Write assembly and test instructions for {}", 12, "technical-writing"),
      at(4, "Check the first units of {} before the rest is made", 12, "testing"),
    ],
    verb: "Design",
    skill: "engineering",
    group: "software",
    noun: "the device",
  },
];
