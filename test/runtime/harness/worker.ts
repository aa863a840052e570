// The worker under test, as the tests reach it: its bindings, its front door, and addresses to come from.
// Every file of tests has storage of its own; objects, worker and tests share one isolate.
import { env as bindings, exports } from "cloudflare:workers";
import type { Env } from "../../../src/config.ts";

/** A namespace with what the runtime offers beside the product's own view of it. */
type Objects<Namespace> = Namespace & DurableObjectNamespace;

export interface TestEnv extends Env {
  readonly PRINCIPAL: Objects<Env["PRINCIPAL"]>;
  readonly STRANGERS: Objects<Env["STRANGERS"]>;
  readonly WORKSPACE: Objects<Env["WORKSPACE"]>;
  readonly PROJECT: Objects<Env["PROJECT"]>;
  readonly AUDIT_LOG: Objects<Env["AUDIT_LOG"]>;
  readonly WEBHOOK_ENDPOINT: Objects<Env["WEBHOOK_ENDPOINT"]>;
  readonly KEY_RING: string;
  readonly BOOTSTRAP_KEY: string;
}

export const env = bindings as unknown as TestEnv;

/** Cloudflare's own limit in front of everything, as bound. It counts by address and in real time. */
export const coarseRateLimit = env.COARSE_RATE_LIMIT;
// Tests send more than an honest client does: it lets all pass, but where a test hands in the real one.
Object.assign(bindings, { COARSE_RATE_LIMIT: { limit: async () => ({ success: true }) } });

/** Where the service seems to live. */
export const ORIGIN = "https://taskward.test";

export interface Sending {
  readonly method?: string;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string | null;
  /** As Cloudflare would set it in CF-Connecting-IP; null for none. */
  readonly address?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON with its media type. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: BodyInit;
  /** What Cloudflare knows of the connection: TLS, place, certificate. */
  readonly cf?: Record<string, unknown>;
}

/** A request as it would reach the worker; `path` may also be a whole URL. */
export function requestTo(path: string, sending: Sending = {}): Request {
  const { token, address = "192.0.2.254", json, cf } = sending;
  const headers = new Headers(sending.headers);
  if (address !== null) headers.set("CF-Connecting-IP", address);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (json !== undefined && !headers.has("Content-Type")) headers.set("Content-Type", "application/json");
  const body = json === undefined ? sending.body : JSON.stringify(json);
  return new Request(new URL(path, ORIGIN), {
    method: sending.method ?? (body === undefined ? "GET" : "POST"),
    headers,
    redirect: "manual",
    ...(body !== undefined && { body }),
    ...(cf && { cf: cf as IncomingRequestCfProperties }),
  });
}

/** Sends a request through the front door. */
export function send(path: string, sending: Sending = {}): Promise<Response> {
  return deliver(requestTo(path, sending));
}

export function deliver(request: Request): Promise<Response> {
  return (exports as unknown as { default: Fetcher }).default.fetch(request);
}

let addresses = 0;

/** An address that no other test of this file uses: of the IPv4 documentation ranges (RFC 5737), then IPv6 (RFC 3849). */
export function newAddress(): string {
  const index = addresses++;
  const block = ["192.0.2", "198.51.100", "203.0.113"][Math.floor(index / 250)];
  return block ? `${block}.${(index % 250) + 1}` : `2001:db8:${index.toString(16)}::1`;
}
