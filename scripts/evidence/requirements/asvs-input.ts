// OWASP ASVS 5.0.0, levels 1 and 2: chapters 1 to 5, in words of our own (what is asked stands in the standard).
import { framework } from "../requirement.ts";

export const asvsInput = framework(
  "OWASP ASVS 5.0, V1–V5: encoding, validation, browser, API, files",
  `
V1.1.1 | decoded once, before it is judged | canonical-forms schemas
V1.1.2 | encoded last, for its interpreter | output-encoding bound-parameters
V1.2.1 | encoding for HTML, attributes, headers | output-encoding
V1.2.2 | addresses built safely | output-encoding ssrf-guard
V1.2.3 | JavaScript and JSON built safely | output-encoding
V1.2.4 | parameterised queries | bound-parameters
V1.2.5 | operating system commands | none: the runtime has none
V1.2.6 | LDAP | none: no directory is asked; screening finds such texts all the same
V1.2.7 | XPath | none: no XML is read
V1.2.8 | LaTeX | none: none is made
V1.2.9 | regular expressions from input | none: no expression is made from input
V1.3.1 | HTML from editors | none: all text is plain
V1.3.2 | no eval | one-house configuration
V1.3.3 | dangerous contexts | screening output-encoding
V1.3.4 | SVG of users | none: none is taken
V1.3.5 | template languages of users | none: none is run
V1.3.6 | server-side request forgery | ssrf-guard webhooks-out
V1.3.7 | template injection | none: templates are code alone
V1.3.8 | JNDI | none: not there
V1.3.9 | memcache | none: not there
V1.3.10 | format strings | none: not there
V1.3.11 | mail injection | output-encoding email-confirmation
V1.4.1 | memory safety | none: the language and the runtime see to it
V1.4.2 | numbers out of range | schemas
V1.4.3 | resources released | quotas housekeeping
V1.5.1 | XML parsers | none: no XML is read
V1.5.2 | deserialisation | body-limits schemas typed-rows
V2.1.1 | rules of validation written down | schemas operation-table
V2.1.2 | rules for combinations written down | schemas workflow-table
V2.1.3 | limits of business logic written down | quotas rate-limits operation-table
V2.2.1 | positive validation | schemas fuzzing
V2.2.2 | validation on the server | schemas operation-table
V2.2.3 | combinations are reasonable | schemas workflow-table
V2.3.1 | steps in their order | workflow-table second-factor
V2.3.2 | limits of business logic hold | quotas rate-limits
V2.3.3 | all or nothing | transactions
V2.3.4 | nothing is booked twice | held-tasks idempotency versions
V2.4.1 | against automation | rate-limits coarse-limit address-blocks ai-limits
V3.2.1 | answers in no wrong context | security-headers output-encoding
V3.2.2 | text shown as text | security-headers output-encoding
V3.3.1 | cookies Secure | cookie-sessions
V3.3.2 | cookies SameSite | cookie-sessions
V3.3.3 | cookies __Host- | cookie-sessions
V3.3.4 | cookies HttpOnly | cookie-sessions
V3.4.1 | HSTS | security-headers
V3.4.2 | CORS | cookie-sessions security-headers
V3.4.3 | content security policy | security-headers
V3.4.4 | nosniff | security-headers
V3.4.5 | referrer policy | security-headers
V3.4.6 | frame-ancestors | security-headers
V3.5.1 | requests come from the application itself | cookie-sessions
V3.5.2 | no way past preflight | cookie-sessions body-limits
V3.5.3 | safe methods change nothing | operation-table
V3.5.4 | applications apart by host | operator: give the service a host of its own
V3.5.5 | postMessage | none: not used
V3.7.1 | supported browser technology alone | security-headers
V3.7.2 | redirects to elsewhere | none: the service redirects nobody
V4.1.1 | content types with charset | output-encoding security-headers
V4.1.2 | an API redirects no plain HTTP | operator: HTTPS alone on the zone
V4.1.3 | headers of intermediaries cannot be forged | rate-limits coarse-limit
V4.2.1 | boundaries of messages | none: Cloudflare's front reads HTTP
V4.3.1 | GraphQL cost | none: no GraphQL
V4.3.2 | GraphQL introspection | none: no GraphQL
V4.4.1 | WebSocket over TLS | operator: HTTPS alone on the zone
V4.4.2 | Origin of WebSockets | cookie-sessions
V4.4.3 | tokens of WebSockets | revocation
V4.4.4 | WebSockets from a session | revocation
V5.1.1 | file types written down | schemas
V5.2.1 | sizes that can be borne | body-limits slow-bodies
V5.2.2 | contents fit their type | schemas body-limits
V5.2.3 | compressed files | none: encoded bodies are refused
V5.3.1 | uploads are not executed | none: nothing that is uploaded is served
V5.3.2 | file paths | none: there is no file system
V5.4.1 | names of downloads | output-encoding
V5.4.2 | names of downloads encoded | output-encoding
V5.4.3 | virus scanning | none: no files are kept for others
`,
);
