// The client certificate of a connection (mutual TLS), as Cloudflare has verified it against the authorities that were
// uploaded. Only `request.cf` is believed, which Cloudflare alone sets; no header ever is. Refuses what was not
// presented, not verified, or revoked; and, as a credential, whatever a browser sends: there it travels by itself.
import * as v from "valibot";
import { workerIdOf } from "../domain/principal-id.ts";
import { Username, WorkspaceName } from "../schema/identifier.ts";

export interface ClientCertificate {
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string;
  /** RFC 2253. */
  readonly subject: string;
}

/** Whose object to ask about a certificate. Its name only leads there: its fingerprint has to be on record. */
export interface CertifiedAgent {
  readonly workspace: string;
  readonly principal_id: string;
  readonly fingerprint: string;
}

const FINGERPRINT = /^[0-9a-f]{64}$/u;
const SUBJECT_LENGTH_MAX = 256;

export function clientCertificate({ cf }: Request): ClientCertificate | null {
  const found = (cf as Partial<IncomingRequestCfProperties> | undefined)?.tlsClientAuth;
  if (found?.certPresented !== "1" || found.certVerified !== "SUCCESS") return null;
  if (found.certRevoked !== "0") return null;
  const fingerprint = String(found.certFingerprintSHA256).toLowerCase();
  const subject = found.certSubjectDNRFC2253 || found.certSubjectDN || "";
  return FINGERPRINT.test(fingerprint) ? { fingerprint, subject } : null;
}

/** The agent that a certificate names; null where there is none, where it names no worker, and in browsers. */
export function certifiedAgent(request: Request): CertifiedAgent | null {
  const certificate = clientCertificate(request);
  if (!certificate || isFromBrowser(request)) return null;
  const names = namesIn(certificate.subject);
  const [workspace, name] = [names.get("O"), names.get("CN")];
  if (!v.is(WorkspaceName, workspace) || !v.is(Username, name) || name !== name.toLowerCase()) return null;
  const { fingerprint } = certificate;
  return { workspace, principal_id: workerIdOf(workspace, name), fingerprint };
}

/** Each attribute that stands in the name once, if nothing in it had to be escaped. */
function namesIn(subject: string): Map<string, string> {
  const names = new Map<string, string>();
  if (subject.length > SUBJECT_LENGTH_MAX || /["\\+;#<>]/u.test(subject)) return names;
  for (const pair of subject.split(/\s*,\s*/u)) {
    const [, type = "", value = ""] = /^([A-Z]+)=([^=]+)$/u.exec(pair) ?? [];
    if (type === "" || names.has(type)) return new Map();
    names.set(type, value);
  }
  return names;
}

/** Programs on Node send Sec-Fetch-Mode too, but neither of these. */
const isFromBrowser = ({ headers }: Request): boolean =>
  headers.has("Origin") || headers.has("Sec-Fetch-Site");
