// Kinds of work on software, data and machines; kind.ts says how a row is read.
export const SOFTWARE_KINDS = String.raw`
problem: Reproduce; ask; 3; engineering; ±2.4
  = (?!)
uses: Read; ask; 2; engineering
  = (?!)
alteration: Change; core; 5; engineering; ±2.2 < problem uses
  = (?!)
  after: Cover with a test: {title}; 2; testing
requirement: Check; check; 4; testing; ±2
  = (?!)
sign-in: Build; base; 20; security; < data-model
  = auth\b|authenticat|log-?ins?\b|log in|sign-?(?:ins?|ups?|on)\b|sign (?:in|up)|passwords?|oauth|oidc|sso\b|totp|2fa|mfa\b|session (?:token|management)
  after: Test {} with wrong, expired and stolen credentials; 4; testing
permissions: Build; base; 14; security; < sign-in
  = permissions?\b|access control|authoriz|authoris|roles?\b and|user roles|rbac|approv(?:e|al) (?:new )?(?:customers|users)
accounts: Build; base; 14; backend; < sign-in data-model
  = (?:user |customer |member |manage )?(?:accounts?|profiles?)\b|user (?:management|creation|registration)|onboarding flow
payment: Build; core; 28; backend; ±2.4 < cart orders sign-in accounts
  = payments?|pay\b|checkout|billing|stripe|paypal|refunds?|subscriptions? (?:plan|fee)
  before: Choose a provider for {} and agree on its terms; 6; product
  after: Test {} with declines, refunds and repeats; 8; testing
cart: Build; core; 16; frontend; < catalogue sign-in
  = (?:shopping )?(?:cart|basket)s?\b
orders: Build; core; 20; backend; < cart catalogue prices accounts
  = (?:online |earlier |repeat |place |purchase )*orders?\b(?! by)|ordering|order (?:management|history)
  after: Test {} from the first click to the last message; 4; testing
prices: Build; core; 12; backend; < catalogue accounts
  = (?:see |change |their )*prices?\b|price lists?|pricing (?:rules|engine)|discounts?
invoices: Build; core; 14; backend; < payment orders
  = invoic|receipts?\b
catalogue: Build; base; 20; backend; < data-model
  = (?:product |item |book )?(?:catalogs?|catalogues?|listings?|inventor(?:y|ies))\b|product pages?|product details?
tracking: Build; core; 14; backend; < orders
  = track(?:ing)? (?:deliver|shipment|parcel|order)|delivery tracking|shipping
search: Build; core; 14; backend; < catalogue data-model
  = search|filter(?:s|ing)?\b|full-?text
booking: Build; core; 18; backend; < search catalogue accounts
  = booking (?:system|flow|calendar)|reservations?\b|reserve a|loans? and returns?|register loans|calendar (?:view|sync|integration)|appointments?|caldav
messages: Build; core; 18; backend; < accounts sign-in
  = chat (?:rooms?|app|messages?)|(?:user |room |direct )?messag(?:es?|ing)\b|rooms?, and|comments?\b|inbox|websockets?
notifications: Build; core; 10; backend; < orders messages booking accounts
  = notif|e-?mails? (?:templat|alerts?|confirm|notif)|confirmation e?-?mails?|push messages?|reminders?\b|alerts?\b|webhooks?
maps: Build; core; 16; frontend
  = maps?\b (?:view|of|with)|geo-?(?:location|coding)|gps\b|route planning
uploads: Build; core; 12; backend
  = (?:file |image |photo |document )?(?:uploads?|attachments?)\b|media library|clipboard
  after: Test {} with large, broken and hostile files; 4; testing
reports: Build; finish; 16; frontend; < orders catalogue api data-pipeline booking
  = reports? (?:for|page|view|of|on|to the)|reporting (?:module|page|view)|dashboards?|charts?\b|analytics (?:page|view|dashboard)|statistics page|overdue
back-office: Build; core; 16; frontend; < accounts catalogue permissions
  = admin(?:istration|istrator)?s? (?:panel|area|page|interface|dashboard|tool|action|endpoint)|back-?office|moderation
erp: Connect; core; 28; integration; ±2.8 < orders api data-model
  = erp\b|crm\b|sap\b|salesforce|hubspot|accounting (?:system|software)|third-?party|external (?:system|service)s?
  before: Get access to {} and try its interface out; 8; integration
data-model: Design; base; 12; database
  = (?:database |data )(?:model|schema|structure)s?|mysql|postgres\w*|mongodb|sqlite|(?:a|the|our) database\b|tables? and columns?
api: Build; base; 24; backend; < data-model
  = (?:rest |public |graphql |backend |crud )?(?:apis?\b|endpoints?)|backend|back-?end|microservices?|server-?side|\/api\/
cli: Build; core; 14; backend; < api
  = (?:a |the )?(?:cli|command[- ]line)\b|terminal client
mobile: Build; core; 32; mobile; < api
  = (?:mobile|ios|android|native) (?:apps?|clients?)|works? on phones|phones? and tablets?
page: Build; core; 18; frontend; < api design-system
  = front-?end|user interface|ui\b|web ?(?:page|app|site|interface)s?|websites?|(?:home|landing|detail|settings?|login) ?pages?|screens?\b|forms?\b|dialogs?\b|modals?|views?\b|portal|portfolio|css\b|layout
design-system: Draft; prepare; 14; design
  = wireframes?|mock-?ups?|design system|style ?guide|ux\b|user experience|user flows?
languages: Provide; finish; 12; translation; < page articles
  = (?:multi-?lingual|locali[sz]ation|internationali[sz]ation|i18n|translations?\b|translate)|(?:available )?in (?:english|german|french|spanish|polish|italian|japanese|dutch)\b
offline: Build; core; 22; backend; ±2.6 < api data-model
  = offline|local storage|sync(?:hroni[sz]ation)? between|conflict resolution
accessibility: Check; check; 10; accessibility; < page
  = accessib|wcag|screen readers?|keyboard (?:navigation|shortcuts?)
speed: Improve; check; 14; performance; ±2.4
  = performance|latency|load time|scalab|cach(?:e|ing)|speed up|faster|slow\b
privacy: Check; check; 10; legal
  = gdpr|privacy|data protection|hipaa|consent
hardening: Check; check; 14; security; ±2.2
  = security (?:review|audit|test|fix)|penetration|pen-?test|vulnerabilit|encrypt|escap(?:e|ing)|hardening|injection
tests: Write; check; 10; testing
  = load[ -]?tests?|(?:unit|integration|e2e|end-to-end|regression|automated|frontend|backend)? ?tests?\b(?! (?:them|it)\b)|test (?:coverage|suite)|testing\b
pipeline: Set up; base; 12; devops
  = ci\b|ci\/cd|continuous (?:integration|delivery|deployment)|build pipeline|docker|kubernetes|terraform|deploy(?:ment)?s?\b|hosting|github actions?|release (?:pipeline|binar)
monitoring: Set up; release; 10; devops
  = monitor|logging|observab|metrics?\b|tracing|uptime
model: Build; core; 24; data-science; ±2.6 < data-pipeline features
  = train (?:an? |the |our )?(?:\S+ )?(?:model|network|classifier)|(?:machine[- ]learning|ml|prediction|regression|forecast\w*|classif\w+|logistic regression|gradient boosting|neural) ?(?:models?)?|the model\b|baseline|fine-?tun
  after: Evaluate {} on data that it has not seen; 8; data-science
features: Prepare; base; 16; data-science; < data-pipeline
  = feature engineering|training (?:data|set)|label(?:l?ed|l?ing) data|features? for the model
data-pipeline: Build; base; 18; data-engineering; ±2.2
  = data (?:pipeline|warehouse|import|export|cleaning|quality)|etl\b|batch jobs?|(?:reporting|nightly|weekly) (?:batch )?jobs?|imports?\b|importers?\b|events? (?:data|logs?)|usage logs
bias: Check; check; 8; data-science; < model
  = bias\b|fairness
migration-rehearsal: Run; check; 12; devops; < migration rollback
  = rehears|dry run|trial (?:run|migration)
rollback: Prepare; prepare; 8; devops
  = roll-?back|fall-?back plan|back-?ups?\b|disaster recovery
migration: Carry out; core; 20; devops; ±2.4 < rollback data-model
  = migrat|cut-?over|move .*\b(?:servers?|databases?|data|rack)\b
redirects: Set up; core; 6; devops
  = redirects?\b
decommission: Carry out; release; 6; devops; < migration migration-rehearsal
  = decommission|switch(?:ed)? off|retire\b|shut(?:ting)? down (?:the )?old
electronics: Design; base; 40; electronics; ±2.4
  = electronics|circuit|pcb\b|schematics?|firmware|sensors?\b|battery|lora(?:wan)?|microcontroller
enclosure: Design; base; 24; mechanical-engineering; ±2.2
  = enclosure|housing|ip6[5-8]|casing|injection mou?ld
prototype: Build; core; 32; engineering; ±2.4 < electronics enclosure design-system
  = prototypes?|proof of concept|poc\b
field-test: Run; check; 24; testing; ±2.4 < prototype
  = field (?:test|trial)|(?:test|try) .*(?:vineyard|outdoors|season|in the field)
manufacture: Prepare; release; 40; manufacturing; ±2.4 < prototype field-test certification
  = manufactur|first series|production run|units? with|assembly line|mass production
`;
