// Controls of what comes in and goes out: structure, schemas, screening, encoding, headers, outgoing requests.
import { type Controls, control } from "../control.ts";

export const contentControls: Controls = {
  "body-limits": control(
    "Bodies are bounded in size, depth, keys and members before they are parsed, strict UTF-8, and what is not JSON is refused.",
    "src/edge/body.ts src/defence/json-limits.ts",
    "unit/edge/body unit/defence/json-limits runtime/request-body e2e/json-corpus",
  ),
  "slow-bodies": control(
    "A body that does not begin, or comes too slowly, is cut off.",
    "src/edge/body-pace.ts",
    "unit/edge/body",
  ),
  validators: control(
    "Several validators, local and remote, judge as one; silence, failure and half an answer never count as clean.",
    "src/defence/validator.ts src/defence/composite.ts src/defence/validators",
    "unit/defence/model-armor unit/edge/screen runtime/screening",
  ),
  fuzzing: control(
    "Every operation is fuzzed from the table and scanned, and naughty strings come back byte for byte or are refused with a pointer.",
    "test/fuzz test/scan test/texts",
    "e2e/fuzz e2e/scan e2e/naughty-strings",
  ),
  schemas: control(
    "Every input has a schema; unknown fields are refused, each complaint points at its place and never repeats the value.",
    "src/edge/validate.ts src/schema",
    "unit/edge/validate runtime/authorization-inputs runtime/request",
  ),
  "typed-rows": control(
    "What is stored, sealed or sent between objects has one declared shape, read again in both present versions.",
    "src/schema/messages durable-objects/migrate.ts",
    "runtime/objects/migrations runtime/identity/session-versions",
  ),
  "canonical-forms": control(
    "Text is screened as sent and in its decoded forms, bounded in rounds and size; it is stored as sent, byte for byte.",
    "src/defence/canonicalise.ts",
    "unit/defence/canonicalise unit/edge/kept-text",
  ),
  screening: control(
    "Each text field declares what its text could do; attacks in strict fields are refused, in free text recorded, and honest text is left alone.",
    "src/defence src/edge/screen.ts src/schema/context.ts",
    "unit/defence/detect unit/schema/text-fields unit/edge/screen runtime/screening",
  ),
  "bound-parameters": control(
    "Every SQL value is a parameter, stores are the only SQL, and no code is made from text.",
    "durable-objects",
    "unit/architecture",
  ),
  "output-encoding": control(
    "Answers are JSON that no browser takes for a page; pages, mails, CSV and calendars encode for their own context.",
    "src/edge/response.ts src/protocol/csv.ts src/protocol/icalendar.ts src/domain/letter.ts",
    "unit/protocol/csv unit/protocol/icalendar unit/domain/letter unit/api/mail-pages runtime/request",
  ),
  "security-headers": control(
    "Every answer carries HSTS, nosniff, a policy that loads nothing and frames nothing, and no-store; pages a strict policy of their own.",
    "src/console/security-headers.ts src/edge/response.ts",
    "runtime/request runtime/authorization",
  ),
  problems: control(
    "Errors are RFC 9457 problems from one table: no stack, no value, no hint which part of an authentication failed.",
    "src/schema/reason.ts src/protocol/problem.ts src/edge/mount.ts",
    "unit/protocol/problem runtime/request-failure runtime/authorization-inputs",
  ),
  "fail-closed": control(
    "Whatever throws, hangs or is missing lets nobody through.",
    "src/edge/mount.ts src/edge/defect.ts src/edge/coarse-limit.ts src/config.ts",
    "runtime/request-failure unit/edge/coarse-limit unit/config",
  ),
  "ssrf-guard": control(
    "Requests to a user's address go to public names on web ports alone, judged by the parsed address; redirects are not followed.",
    "src/defence/ssrf.ts src/defence/ssrf-address.ts",
    "unit/defence/ssrf unit/api/webhook-urls",
  ),
  "webhooks-out": control(
    "What is sent to endpoints is signed as Standard Webhooks says, arrives at least once under one id, and a dead endpoint delays no other.",
    "src/protocol/standard-webhook.ts src/domain/delivery.ts durable-objects/webhook-endpoint",
    "unit/protocol/standard-webhook unit/domain/delivery runtime/webhooks e2e/webhooks",
  ),
  "webhooks-in": control(
    "What comes from other systems is verified over its raw bytes, counts once by id and by body, and never moves a task backward.",
    "src/domain/hook-effects.ts durable-objects/principal/inbound-hooks.ts src/routes/integrations.ts",
    "unit/protocol/inbound-signature unit/domain/hook-effects runtime/hooks",
  ),
  configuration: control(
    "Configuration and secrets are parsed once by one schema; what is wrong is named and nothing starts.",
    "src/config.ts src/config",
    "unit/config unit/config-mail e2e/start",
  ),
  "local-secrets": control(
    "Secrets are made once, kept for their owner alone, and never leave with code, logs or answers.",
    "scripts/secrets.mjs",
    "unit/cli/local-secrets e2e/start",
  ),
  "one-house": control(
    "Who may import whom is a table: protocols know nothing of the product, objects hold the only storage, one file reads the configuration.",
    "src durable-objects",
    "unit/architecture",
  ),
  "ai-proposals": control(
    "What a planner proposes is checked by schema, by reference and by bounds before anything is believed.",
    "src/assist/checks.ts src/assist/plan.ts src/schema/proposal.ts",
    "unit/assist/plan unit/assist/complexity unit/assist/risks unit/assist/planner",
  ),
  "ai-guards": control(
    "A model sees text as marked data and no secrets, has no tools, and an answer that bears the canary, links or strangers is dropped for one by rules.",
    "src/assist/guards src/assist/model-provider.ts src/assist/templates",
    "unit/assist/models/hostile unit/assist/models/prompt unit/assist/models/model-provider",
  ),
  "vendor-keys": control(
    "Keys of vendors come from secrets alone, are read at each call, travel in a header, and stand in no log, answer or error.",
    "src/assist/vendors src/config.ts",
    "unit/assist/models/gemini unit/config-ai",
  ),
};
