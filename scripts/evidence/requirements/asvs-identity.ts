// OWASP ASVS 5.0.0, levels 1 and 2: chapters 6 to 10, in words of our own (what is asked stands in the standard).
import { framework } from "../requirement.ts";

export const asvsIdentity = framework(
  "OWASP ASVS 5.0, V6–V10: authentication, sessions, authorization, tokens",
  `
V6.1.1 | defences against guessing written down | lockout rate-limits
V6.1.2 | words not for passwords written down | password-policy
V6.1.3 | ways of authentication written down | operation-table
V6.2.1 | length | password-policy
V6.2.2 | passwords can be changed | password-policy
V6.2.3 | a change needs the present one | parallel-proofs password-policy
V6.2.4 | common passwords | password-policy
V6.2.5 | no composition rules | password-policy
V6.2.6 | masked input | security-headers; open: a test that looks at the console's fields
V6.2.7 | paste and managers allowed | security-headers; open: a test that looks at the console's fields
V6.2.8 | verified as received | password-hash
V6.2.9 | 64 characters and more | password-policy
V6.2.10 | no periodic change | password-policy
V6.2.11 | words of the context | password-policy
V6.2.12 | breached passwords | breach-check; operator: name a breach service; without one the built-in list stands alone
V6.3.1 | guessing is stopped | lockout rate-limits parallel-proofs unknown-names
V6.3.2 | no default accounts | joining-rules
V6.3.3 | several factors | second-factor; operator: privileged roles cannot do without; ask the others
V6.3.4 | no way past | operation-table recovery
V6.4.1 | first secrets random and short-lived | joining-rules unconfirmed-accounts
V6.4.2 | no secret questions | recovery
V6.4.3 | forgotten passwords | recovery
V6.4.4 | lost factors | recovery; operator: be sure who asks before a reset of a factor
V6.5.1 | codes once | second-factor backup-codes recovery
V6.5.2 | backup codes hashed | backup-codes
V6.5.3 | codes from a CSPRNG | backup-codes cryptography
V6.5.4 | enough entropy | backup-codes
V6.5.5 | codes end | second-factor recovery
V6.6.1 | telephone codes | none: not offered
V6.6.2 | codes bound to their request | recovery email-confirmation
V6.6.3 | guessing of codes | lockout recovery
V6.8.1 | identity providers apart | none: there are none
V6.8.2 | signed assertions | webhooks-in certificates
V6.8.3 | SAML | none: there is none
V6.8.4 | strength of a provider's authentication | none: there is none
V7.1.1 | time-outs written down | session-ends
V7.1.2 | number of sessions written down | session-limit
V7.1.3 | federation | none: there is none
V7.2.1 | tokens verified by the server | session-tokens
V7.2.2 | tokens made for each session | session-tokens
V7.2.3 | 128 random bits | session-tokens
V7.2.4 | a new token with each authentication | session-tokens session-renewal
V7.3.1 | idle time-out | session-ends
V7.3.2 | absolute end | session-ends
V7.4.1 | an ended session is ended | revocation
V7.4.2 | suspension ends sessions | revocation erasure
V7.4.3 | others end after a change | recovery password-policy owner-notices
V7.4.4 | signing out is in sight | open: a test that looks for it on each screen of the console
V7.4.5 | operators end sessions | revocation
V7.5.1 | authentication before sensitive changes | step-up
V7.5.2 | own sessions seen and ended | revocation session-limit
V7.6.1 | relying parties | none: there are none
V7.6.2 | no session without an act | session-tokens cookie-sessions
V8.1.1 | rules of authorization written down | operation-table roles
V8.1.2 | rules of fields written down | operation-table schemas
V8.2.1 | functions | operation-table
V8.2.2 | data | project-roles tenant-wall
V8.2.3 | fields | schemas project-roles
V8.3.1 | on the server | operation-table roles
V8.4.1 | tenants | tenant-wall
V9.1.1 | tokens authenticated | session-tokens api-tokens
V9.1.2 | algorithms allowed | session-tokens signed-requests
V9.1.3 | keys from a trusted source | key-ring worker-keys
V9.2.1 | validity times | session-ends api-tokens
V9.2.2 | tokens of the right kind | session-tokens api-tokens
V9.2.3 | tokens for this service | session-tokens key-ring
V9.2.4 | audiences apart | session-tokens
V10.1.1 | tokens only where needed | cookie-sessions
V10.1.2 | client of a flow | none: neither OAuth nor OpenID Connect is spoken
V10.2.1 | OAuth client | none: neither OAuth nor OpenID Connect is spoken
V10.2.2 | OAuth client | none: neither OAuth nor OpenID Connect is spoken
V10.3.1 | resource server | none: tokens are this service's own; API tokens are judged by V8 and V9
V10.3.2 | resource server | none: tokens are this service's own; API tokens are judged by V8 and V9
V10.3.3 | resource server | none: tokens are this service's own; API tokens are judged by V8 and V9
V10.3.4 | resource server | none: tokens are this service's own; API tokens are judged by V8 and V9
V10.4.1 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.2 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.3 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.4 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.5 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.6 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.7 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.8 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.9 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.10 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.4.11 | authorization server | none: neither OAuth nor OpenID Connect is spoken
V10.5.1 | OpenID client | none: neither OAuth nor OpenID Connect is spoken
V10.5.2 | OpenID client | none: neither OAuth nor OpenID Connect is spoken
V10.5.3 | OpenID client | none: neither OAuth nor OpenID Connect is spoken
V10.5.4 | OpenID client | none: neither OAuth nor OpenID Connect is spoken
V10.5.5 | OpenID client | none: neither OAuth nor OpenID Connect is spoken
V10.6.1 | OpenID provider | none: neither OAuth nor OpenID Connect is spoken
V10.6.2 | OpenID provider | none: neither OAuth nor OpenID Connect is spoken
V10.7.1 | consent | none: neither OAuth nor OpenID Connect is spoken
V10.7.2 | consent | none: neither OAuth nor OpenID Connect is spoken
V10.7.3 | consent | none: neither OAuth nor OpenID Connect is spoken
`,
);
