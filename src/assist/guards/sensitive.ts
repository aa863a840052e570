// What has no business in a prompt or in an answer: secrets, addresses of people, links, markup, characters that
// nobody sees. In a prompt it is replaced; an answer that holds any of it is not used. Every repetition that something
// must follow is bounded, so that no text takes long.

export const SENSITIVE_KINDS = ["secret", "link", "contact", "markup", "hidden"] as const;
export type SensitiveKind = (typeof SENSITIVE_KINDS)[number];

const PATTERNS: Readonly<Record<SensitiveKind, readonly RegExp[]>> = {
  secret: [
    /-----BEGIN [A-Z ]{3,40}-----/u,
    /\btw[a-z]_1?\.?[A-Za-z0-9._~-]{16,}/u,
    /\bwhsec_[A-Za-z0-9+/=_-]{8,}/u,
    /\bAIza[A-Za-z0-9_-]{20,}/u,
    /\b(?:sk|pk|rk|ghp|gho|ghu|ghs|ghr|glpat|xox[abprs])[-_][A-Za-z0-9_-]{12,}/u,
    /\bAKIA[A-Z0-9]{12,}/u,
    /\beyJ[A-Za-z0-9_-]{8,300}\.[A-Za-z0-9_-]{8,}/u,
    /\b(?:password|passwd|secret|token|api[ _-]?key)["']?\s{0,3}[:=]\s{0,3}(?=[^\s]{0,200}\d)[^\s]{8,}/iu,
    /\b[0-9a-f]{40,}\b/iu,
    /(?<![\w+/-])(?=[\w+/-]*[a-z])(?=[\w+/-]*[A-Z])(?=[\w+/-]*\d)[\w+/-]{32,}/u,
  ],
  link: [
    /\b[a-z][a-z0-9+.-]{1,15}:\/\/\S*/iu,
    /\bwww\.\S+/iu,
    /\b(?:javascript|vbscript|mailto):\S+/iu,
    /\bdata:[a-z]+\/\S*/iu,
  ],
  contact: [
    /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/u,
    /(?:\+|\b00)\d(?:[ ().-]?\d){7,14}\b/u,
  ],
  markup: [/<[a-z!/?]/iu, /\]\(/u, /&(?:#x?[0-9a-f]{1,6}|lt|gt|amp|quot);/iu],
  hidden: [/[\p{Cf}\p{Co}\p{Cn}\p{Cs}]|(?![\n\r\t])\p{Cc}/u],
};

/** What of it a text holds. */
export const sensitiveIn = (text: string): SensitiveKind[] =>
  SENSITIVE_KINDS.filter((kind) => PATTERNS[kind].some((pattern) => pattern.test(text)));

const REPLACED: readonly (readonly [SensitiveKind, string])[] = [
  ["hidden", ""],
  ["secret", "[secret]"],
  ["link", "[link]"],
  ["contact", "[contact]"],
];
const REPLACEMENTS = REPLACED.flatMap(([kind, by]) =>
  PATTERNS[kind].map((pattern) => [new RegExp(pattern.source, `${pattern.flags}g`), by] as const),
);

/** The text without secrets, links, people's addresses and unseen characters. */
export const redacted = (text: string): string =>
  REPLACEMENTS.reduce((left, [pattern, by]) => left.replaceAll(pattern, by), text);
