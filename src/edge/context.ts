// The request as the edge sees it: an id of its own, and where it comes from.
// Only what Cloudflare itself sets is believed; forwarding headers of clients are never read.
import { networkOf } from "../domain/network.ts";
import { randomId } from "../protocol/random.ts";
import type { RequestContext, Source } from "../schema/messages/request.ts";
import { clientCertificate } from "./client-certificate.ts";

const FACTOR_LENGTH_MAX = 512;

export function contextOf(request: Request): RequestContext {
  return { request_id: randomId("req_"), source: sourceOf(request) };
}

/** What its limits and blocks are counted by. */
export const networkFrom = ({ headers }: Request): string =>
  networkOf(headers.get("CF-Connecting-IP") ?? "", "exact");

function sourceOf(request: Request): Source {
  const cf = (request.cf ?? {}) as Partial<IncomingRequestCfProperties>;
  const ja4 = (cf.botManagement as { ja4?: string } | undefined)?.ja4;
  return {
    address: bounded(request.headers.get("CF-Connecting-IP")),
    user_agent: bounded(request.headers.get("User-Agent")),
    // Of Cloudflare's other hashes of a handshake none stays: browsers shuffle what those cover, for each connection.
    tls_fingerprint: bounded(ja4),
    certificate: clientCertificate(request)?.fingerprint ?? "",
    place: bounded([cf.city, cf.country].filter(Boolean).join(", ")),
    country: bounded(cf.country),
    latitude: degrees(cf.latitude),
    longitude: degrees(cf.longitude),
  };
}

const bounded = (text: string | null | undefined): string => (text ?? "").slice(0, FACTOR_LENGTH_MAX);

function degrees(text: string | undefined): number | null {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) ? value : null;
}
