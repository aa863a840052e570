// The two documents that the product makes real: seven layers and ten modules of one, thirty-one controls of the other.
import { framework } from "../requirement.ts";

export const productionSecurity = framework(
  "Founding document: production security",
  `
Layer 1 | rate limiting | rate-limits coarse-limit
Layer 2 | nonce validation | nonces parallel-proofs
Layer 3 | input validation | schemas screening body-limits
Layer 4 | authentication | password-hash second-factor lockout
Layer 5 | session validation | session-tokens session-state session-bindings session-ends
Layer 6 | authorization | operation-table roles project-roles
Layer 7 | audit logging | audit-events outbox audit-sinks
Module 1 | authentication with a second factor | second-factor backup-codes password-hash lockout
Module 2 | sessions, sealed and bound | session-state session-bindings session-limit session-ends
Module 3 | roles in real time, overrides, ownership | roles project-roles last-admin
Module 4 | input validator | schemas screening canonical-forms
Module 5 | validators that plug in | screening validators
Module 6 | rate limiter with status and reset | rate-limits
Module 7 | nonce validator | nonces
Module 8 | audit logger, structured events | audit-events
Module 9 | audit destinations | audit-sinks log-encoding
Module 10 | cryptographic toolkit | cryptography key-ring
`,
);

export const secureWithAi = framework(
  "Founding document: secure with AI",
  `
1 | random session ids | session-tokens
2 | idle and absolute time-outs | session-ends
3 | sessions bound to several factors | session-bindings
4 | nonces against replay | nonces signed-requests
5 | the whole life of a session | session-ends revocation housekeeping
6 | concurrent sessions seen and limited | session-limit session-monitoring
7 | sessions ended by force | revocation roles
8 | session state encrypted | session-state
9 | sessions monitored | session-monitoring
10 | sessions moved safely | handoff session-renewal step-up
11 | RSA signatures | signed-requests cryptography
12 | certificates of agents | worker-keys certificates
13 | nonce cache that cleans itself | nonces housekeeping
14 | roles | roles operation-table
15 | permissions checked as it runs | roles revocation
16 | changes of permissions felt at once | roles revocation
17 | operation, resource, owner | operation-table project-roles held-tasks
18 | state encrypted under keys of its own | session-state key-ring
19 | state whose alteration shows | session-state
20 | state validated | typed-rows
21 | state versioned | state-versions
22 | rate limiting per caller and over all | rate-limits coarse-limit
23 | input validation | schemas
24 | sanitisation | canonical-forms screening output-encoding
25 | denial of service | body-limits slow-bodies quotas coarse-limit address-blocks
26 | injection | bound-parameters output-encoding screening
27 | keys of vendors | vendor-keys configuration local-secrets
28 | prompt injection | ai-guards screening ai-proposals
29 | limits of AI calls | ai-limits
30 | AI output validated | ai-proposals ai-guards
31 | AI audited | ai-records audit-events
`,
);
