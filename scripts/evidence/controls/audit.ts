// Controls of what happened: events, the log that nobody can quietly change, destinations, erasure.
import { type Controls, control } from "../control.ts";

export const auditControls: Controls = {
  "audit-events": control(
    "Every operation names its event; refusals and reads are recorded too, with who, from where, when, what and by which rule.",
    "src/schema/audit-event.ts src/schema/event-type.ts src/audit/event.ts src/audit/observed.ts src/edge/reads.ts durable-objects/observations.ts",
    "unit/api/operations runtime/authorization runtime/objects/observations runtime/objects/reads",
  ),
  outbox: control(
    "A change and its event commit together and are shipped until they are taken, each once in effect.",
    "durable-objects/outbox.ts durable-objects/inbox.ts durable-objects/shipping.ts",
    "runtime/objects/outbox runtime/objects/inbox runtime/objects/shipping runtime/objects/audit-sequencing e2e/kill",
  ),
  "merkle-log": control(
    "Events are leaves of a Merkle log in published tiles with signed checkpoints; a verifier of others accepts it and any altered byte is found.",
    "src/protocol/merkle-tree.ts src/protocol/tile.ts src/protocol/signed-note.ts durable-objects/audit-log/publication.ts",
    "unit/protocol/merkle-tree unit/protocol/log-verification unit/protocol/independent-verifier runtime/objects/audit-publication e2e/audit-log",
  ),
  "audit-proofs": control(
    "A change's answer names its event, and a proof shows to whoever may read it that the log holds it.",
    "src/routes/audit-log.ts",
    "runtime/objects/audit-proof runtime/objects/audit-million e2e/audit-log",
  ),
  "audit-access": control(
    "Only AUDITOR and ADMIN read the audit, and reading it is an event.",
    "src/api/operations/audit.ts",
    "runtime/objects/audit-query runtime/authorization",
  ),
  "audit-sinks": control(
    "The log streams to R2, CSV, Cloud Logging, syslog and Logpush, each in a lane that delays no other; what one that confirms nothing has missed is sent again.",
    "src/audit-sinks durable-objects/audit-log/sinks.ts src/cli/refill-audit.ts",
    "runtime/objects/audit-sinks runtime/objects/audit-csv e2e/audit-sinks unit/cli/refill-audit unit/protocol/syslog-message",
  ),
  "log-encoding": control(
    "What goes to a log is encoded for it: no line, field or formula of a log can be forged by a text.",
    "src/protocol/json-lines.ts src/protocol/csv.ts src/protocol/syslog-message.ts",
    "unit/protocol/csv unit/protocol/syslog-message",
  ),
  "ai-records": control(
    "What a model was asked and what it answered is kept sealed, for 30 days, with tokens, cost and each guard's verdict.",
    "durable-objects/principal/ai-records.ts",
    "runtime/assist/records",
  ),
  "audit-backlog": control(
    "Where the log is behind it shows, and changes are refused before anything is lost.",
    "durable-objects/audit-log/publication.ts durable-objects/logged-object.ts",
    "runtime/objects/audit-backlog",
  ),
  "audit-retention": control(
    "Old entries go by configuration, announced in the log itself, and what is left still verifies.",
    "durable-objects/audit-log",
    "runtime/objects/audit-retention",
  ),
  "pinned-checkpoints": control(
    "Clients keep the last checkpoint that they saw, and refuse a log that has not grown from it; witnesses may cosign, and anybody verify what is published.",
    "src/cli src/console/app src/routes/public-log.ts",
    "unit/cli/pinned-log unit/console/verify runtime/objects/audit-settings",
  ),
  clocks: control(
    "An object's clock never runs backward; a step back is an event, and times are UTC.",
    "durable-objects/identity.ts",
    "runtime/objects/clock",
  ),
  pseudonyms: control(
    "Addresses leave the audit log as pseudonyms, and are sealed under a secret of their subject.",
    "durable-objects/audit-log/personal.ts durable-objects/audit-log/subject-store.ts",
    "runtime/objects/audit-log e2e/audit-sinks",
  ),
  erasure: control(
    "Erasing a person deletes what says who they were, ends all they had, and leaves every proof valid.",
    "durable-objects/principal/erasure.ts durable-objects/audit-log/personal.ts",
    "runtime/identity/erasure",
  ),
  housekeeping: control(
    "What has expired is deleted by the object's own alarm, and counted.",
    "durable-objects/principal/housekeeping.ts durable-objects/sweepings.ts",
    "runtime/objects/sweepings runtime/model",
  ),
};
