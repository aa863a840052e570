// Parts of SOC 2, HIPAA and PCI DSS that the founding documents name. Software alone complies with none of them.
import { framework } from "../requirement.ts";

export const soc2 = framework(
  "SOC 2, trust services criteria",
  `
CC6.1 | logical access: identities, factors, sessions, permissions | second-factor session-state roles lockout key-ring; operator: who gets which role, and a review of that
CC7.2 | monitoring: anomalies and failures are recorded and seen | audit-events session-monitoring audit-sinks; operator: alerts on the destinations, and somebody who reads them
CC7.3 | security events are evaluated | audit-events merkle-log audit-proofs; operator: a procedure for incidents
`,
);

export const hipaa = framework(
  "HIPAA, §164.312",
  `
(a)(1) | access control | operation-table roles project-roles
(a)(2)(i) | unique user identification | tenant-wall joining-rules
(a)(2)(ii) | access in an emergency | backup-codes last-admin; operator: who may act in an emergency, and how it is looked at afterwards
(a)(2)(iii) | automatic logoff | session-ends
(a)(2)(iv) | encryption and decryption | session-state cryptography; operator: Cloudflare encrypts storage at rest; a contract with it
(b) | audit controls | audit-events merkle-log
(c)(1) | integrity | transactions outbox
(c)(2) | proof that nothing was altered | merkle-log
(d) | person or entity authentication | password-hash second-factor signed-requests
(e)(1) | transmission security | security-headers; operator: HTTPS alone on the zone, TLS 1.2 or later
`,
);

export const pciDss = framework(
  "PCI DSS 4, requirements 8, 10 and 11",
  `
8.2.1 | every user has an id of their own | tenant-wall joining-rules
8.2.2 | no shared accounts | api-tokens worker-keys; operator: accounts for persons, not for rooms
8.2.4 | changes of accounts are authorised | roles audit-events
8.2.5 | access of leavers ends at once | revocation
8.2.6 | unused accounts are removed after 90 days | audit-events; operator: look for them in the audit, and suspend them
8.2.8 | idle sessions ask again after 15 minutes | session-ends; operator: SESSION_IDLE_SECONDS=900
8.3.1 | authentication by at least one factor | password-hash second-factor signed-requests
8.3.2 | factors unreadable in storage and transport | password-hash session-tokens second-factor
8.3.4 | lockout after ten failures for 30 minutes | lockout; operator: 15 minutes by source is stricter in tries and shorter in time: decide whether it answers
8.3.6 | passwords of 12 characters | password-policy; operator: 15 alone, 8 beside a second factor: the standard wants 12 for either
8.3.7 | no password of the last four | none: NIST SP 800-63B-4 advises against it: passwords are not changed by calendar
8.3.8 | guidance on choosing factors | password-policy
8.4.2 | a second factor for all access | second-factor; operator: every role that matters has one here; invite nobody without
8.5.1 | a second factor that cannot be replayed or passed by | second-factor parallel-proofs recovery
8.6.3 | secrets of programs are protected and changed | api-tokens worker-keys key-ring
10.2.1 | all access and all acts of administrators recorded | audit-events audit-access
10.2.2 | who, what, when, where, with what result | audit-events clocks
10.3.1 | only those who need it read the audit | audit-access
10.3.2 | the audit cannot be altered | merkle-log
10.3.3 | copies elsewhere, soon | audit-sinks
10.3.4 | changes of the audit are seen | merkle-log audit-proofs
10.4.1 | daily review | audit-sinks; operator: alerts and a reader
10.5.1 | twelve months of history, three at hand | merkle-log; operator: keep the bucket, and AUDIT_RETENTION_DAYS unset or at 365 and more
10.6.1 | clocks agree | clocks
10.7.2 | failures of controls are seen | fail-closed audit-sinks audit-backlog; operator: alerts on /healthz and the sinks
11.3.1 | scans for weaknesses | one-house; operator: scan the deployment four times a year
11.4.1 | penetration tests | none: a test of the deployment by others
11.5.1 | intrusions are seen | session-monitoring audit-events
11.5.2 | changes of files are seen | merkle-log; operator: deploy from a commit that you reviewed
`,
);
