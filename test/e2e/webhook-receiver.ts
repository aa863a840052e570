// A receiver of webhooks on loopback that fails in every way there is: each event at most once, so that the next attempt
// is its first retry. It verifies with the published library, and does what an event says once for each id.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Webhook } from "standardwebhooks";

interface Event {
  readonly type: string;
  readonly data: { readonly task_id: string | null; readonly event_id: string };
}

export type Fault = "drop" | "delay" | "500" | "429" | "redirect" | "cut off" | "410";
const FAULTS: readonly Fault[] = ["drop", "delay", "500", "429", "redirect", "cut off"];

/** As the published library allows. */
const AGE_MS_MAX = 300_000;

export class WebhookReceiver {
  /** By webhook-id: what took effect, once each. */
  readonly effects = new Map<string, Event>();
  /** Every id that came, as often as it came. */
  readonly arrivals: string[] = [];
  readonly faults = new Map<string, Fault>();
  /** Set once the endpoint is known. */
  secret = "";
  /** Part of the events whose first attempt fails, 0 to 1; or what all are answered with. */
  fault_rate: number | "410" = 0;
  /** What went wrong that the sender should never do. */
  readonly complaints: string[] = [];
  random: () => number = Math.random;
  /** The clock of whoever sends. */
  now_ms: () => number = () => Date.now();
  // Whoever hangs up is not heard.
  #server = createServer((request, response) => {
    this.#take(request, response).catch(() => response.destroy());
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if (request.url !== "/hook") this.complaints.push(`a redirect was followed to ${request.url}`);
    const id = String(request.headers["webhook-id"]);
    let event: Event;
    try {
      event = this.#verified(text, request.headers as Record<string, string>);
    } catch (error) {
      this.complaints.push(`${id}: ${(error as Error).message}`);
      response.writeHead(400).end();
      return;
    }
    const is_first = !this.arrivals.includes(id);
    this.arrivals.push(id);
    const fault = this.#faultOf(id, is_first);
    if (fault !== null && (await this.#fail(fault, response))) return;
    this.effects.set(id, this.effects.get(id) ?? event);
    response.writeHead(204).end();
  }

  /** The library knows this machine's clock alone: where the sender has another, it signs, and this compares. */
  #verified(text: string, headers: Record<string, string>): Event {
    const webhook = new Webhook(this.secret);
    if (Math.abs(this.now_ms() - Date.now()) < 1_000) return webhook.verify(text, headers) as Event;
    const at = new Date(1_000 * Number(headers["webhook-timestamp"]));
    if (Math.abs(this.now_ms() - at.getTime()) > AGE_MS_MAX) throw new Error(`signed at ${at.toISOString()}`);
    const signature = webhook.sign(headers["webhook-id"]!, at, text);
    if (!headers["webhook-signature"]!.split(" ").includes(signature)) throw new Error("another signature");
    return JSON.parse(text);
  }

  #faultOf(id: string, is_first: boolean): Fault | null {
    if (this.fault_rate === "410") return "410";
    if (!is_first || this.random() >= this.fault_rate) return null;
    const fault = FAULTS[Math.floor(this.random() * FAULTS.length)]!;
    this.faults.set(id, fault);
    return fault;
  }

  /** Whether nothing is left to answer. */
  async #fail(fault: Fault, response: ServerResponse): Promise<boolean> {
    switch (fault) {
      case "delay":
        await wait(200);
        return false;
      case "drop":
        response.destroy();
        return true;
      case "cut off":
        response.writeHead(200, { "Content-Length": "100" });
        response.write("half of");
        await wait(5);
        response.destroy();
        return true;
      case "redirect":
        response.writeHead(307, { Location: "/elsewhere" }).end();
        return true;
      case "429":
        response.writeHead(429, { "Retry-After": "1" }).end();
        return true;
      default:
        response.writeHead(Number(fault)).end();
        return true;
    }
  }
}
