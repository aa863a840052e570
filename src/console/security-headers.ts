// Headers of every answer, of pages besides, and the policy of the console's own page. The Worker sends them with
// what it answers; the build writes them beside the console's files, which are served without it.

type HeaderPairs = readonly (readonly [string, string])[];

export const SECURITY_HEADERS: HeaderPairs = [
  ["Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload"],
  ["X-Content-Type-Options", "nosniff"],
  ["Cross-Origin-Resource-Policy", "same-origin"],
];

/** What only pages need: data is sandboxed, and framed by nobody, by its own policy. */
export const PAGE_HEADERS: HeaderPairs = [
  ...SECURITY_HEADERS,
  ["X-Frame-Options", "DENY"],
  ["Referrer-Policy", "no-referrer"],
  ["Cross-Origin-Opener-Policy", "same-origin"],
  ["Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"],
];

/**
 * Everything from this service alone, nothing inline, nothing embedded; and no text ever becomes markup or script,
 * not even by the console's own code (Trusted Types, where the browser has them).
 */
export const CONSOLE_CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The file `_headers` of Workers static assets: files under /assets are named by their content, and never change. */
export const ASSET_HEADERS = [
  "/*",
  ...PAGE_HEADERS.map(([name, value]) => `  ${name}: ${value}`),
  `  Content-Security-Policy: ${CONSOLE_CSP}`,
  "  Cache-Control: no-cache",
  "/assets/*",
  "  ! Cache-Control",
  "  Cache-Control: public, max-age=31536000, immutable",
  "",
].join("\n");
