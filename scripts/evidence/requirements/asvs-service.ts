// OWASP ASVS 5.0.0, levels 1 and 2: chapters 11 to 17, in words of our own (what is asked stands in the standard).
import { framework } from "../requirement.ts";

export const asvsService = framework(
  "OWASP ASVS 5.0, V11–V17: cryptography, configuration, data, code, logging",
  `
V11.1.1 | life of keys | key-ring; operator: rotate the ring by a calendar of your own
V11.1.2 | inventory of keys and algorithms | cryptography key-ring
V11.2.1 | validated implementations | cryptography password-hash
V11.2.2 | algorithms can be exchanged | key-ring state-versions password-hash
V11.2.3 | 128 bits of security | cryptography
V11.3.1 | no weak modes or paddings | cryptography
V11.3.2 | AES-GCM alone | cryptography session-state
V11.3.3 | authenticated encryption | session-state cryptography
V11.4.1 | approved hashes | cryptography; operator: SHA-1 stays inside time-based codes, as RFC 6238 has it
V11.4.2 | password hashing | password-hash
V11.4.3 | hashes of enough bits | merkle-log cryptography
V11.4.4 | keys from passwords | none: no key is made from a password
V11.5.1 | random numbers | cryptography session-tokens
V11.6.1 | keys and signatures | cryptography worker-keys
V12.1.1 | TLS 1.2 and 1.3 | operator: minimum TLS version of the zone
V12.1.2 | cipher suites | operator: cipher suites of the zone
V12.1.3 | client certificates | certificates session-bindings
V12.2.1 | TLS for every client | operator: HTTPS alone on the zone
V12.2.2 | trusted certificates | none: Cloudflare holds them
V12.3.1 | TLS in and out | ssrf-guard webhooks-out audit-sinks; operator: syslog over TLS
V12.3.2 | certificates of others checked | none: the runtime does
V12.3.3 | TLS between parts | none: objects are called within the platform
V12.3.4 | certificates between parts | none: objects are called within the platform
V13.1.1 | what is talked to, written down | configuration audit-sinks
V13.2.1 | parts authenticate | tenant-wall one-house
V13.2.2 | least privilege of parts | one-house; operator: a Cloudflare token for this Worker alone
V13.2.3 | no default credentials | local-secrets joining-rules
V13.2.4 | allowed destinations | ssrf-guard configuration
V13.2.5 | allowed sources | ssrf-guard configuration
V13.3.1 | secrets are managed | local-secrets configuration; operator: secrets by wrangler, never in files
V13.3.2 | least access to secrets | local-secrets; operator: who may read the account's secrets
V13.4.1 | no repository in what is deployed | configuration
V13.4.2 | no debug modes | configuration problems
V13.4.3 | no directory listings | operation-table problems
V13.4.4 | no TRACE | operation-table
V13.4.5 | documents and monitoring shown on purpose | operation-table problems
V14.1.1 | data classified | pseudonyms session-state
V14.1.2 | protection of each class written down | pseudonyms session-state
V14.2.1 | nothing sensitive in addresses | cookie-sessions recovery
V14.2.2 | no caching on the way | security-headers
V14.2.3 | nothing to others | security-headers pseudonyms
V14.2.4 | protection as written down | pseudonyms erasure audit-retention session-state
V14.3.1 | cleared from the browser | cookie-sessions
V14.3.2 | no-store | security-headers
V14.3.3 | nothing sensitive in browser storage | cookie-sessions
V15.1.1 | time frames for updates written down | operator: watch the pinned versions; there are few
V15.1.2 | inventory of components | one-house; operator: package-lock.json pins each by its digest
V15.1.3 | what is costly, written down | call-budget quotas
V15.2.1 | components up to date | operator: update within your time frames
V15.2.2 | what is costly, defended | call-budget rate-limits ai-limits
V15.2.3 | nothing in production that is not needed | one-house configuration
V15.3.1 | only the fields that are needed | schemas operation-table
V15.3.2 | redirects not followed | ssrf-guard webhooks-out
V15.3.3 | mass assignment | schemas
V15.3.4 | the caller's own address | rate-limits coarse-limit
V15.3.5 | types and strict comparison | schemas one-house
V15.3.6 | prototype pollution | body-limits schemas
V15.3.7 | parameter pollution | schemas
V16.1.1 | inventory of logging | audit-events audit-sinks
V16.2.1 | who, what, when, where | audit-events
V16.2.2 | time in UTC | clocks
V16.2.3 | logs only where written down | audit-sinks
V16.2.4 | logs that can be read | audit-sinks log-encoding
V16.2.5 | logging by class of data | pseudonyms audit-events
V16.3.1 | authentications are logged | audit-events lockout
V16.3.2 | refusals are logged | audit-events roles
V16.3.3 | attempts to get past are logged | audit-events screening rate-limits
V16.3.4 | errors are logged | problems fail-closed
V16.4.1 | log injection | log-encoding
V16.4.2 | logs protected | merkle-log audit-access pinned-checkpoints
V16.4.3 | logs sent elsewhere | audit-sinks
V16.5.1 | generic messages | problems
V16.5.2 | others may fail | breach-check audit-sinks audit-backlog fail-closed
V16.5.3 | errors let nobody through | fail-closed transactions
V17.1.1 | TURN | none: no WebRTC
V17.2.1 | DTLS keys | none: no WebRTC
V17.2.2 | DTLS suites | none: no WebRTC
V17.2.3 | SRTP authentication | none: no WebRTC
V17.2.4 | malformed SRTP | none: no WebRTC
V17.3.1 | signalling under a flood | none: no WebRTC
V17.3.2 | malformed signalling | none: no WebRTC
`,
);
