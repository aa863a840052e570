// Those whom the service calls: a webhook receiver, a vendor of models, and a log in the cloud. Each stands behind a door
// that may be slow, silent, cut off or closed.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebhookReceiver } from "../e2e/webhook-receiver.ts";
import { type GeminiStandIn, startGemini } from "../unit/assist/models/gemini-stand-in.ts";
import { Door } from "./door.ts";

export interface Neighbours {
  readonly env: Record<string, string>;
  readonly doors: Readonly<Record<"receiver" | "vendor" | "cloud log", Door>>;
  readonly receiver: WebhookReceiver;
  readonly receiver_url: string;
  /** Ids of the events that the cloud log has acknowledged. */
  readonly logged: ReadonlySet<string>;
  remove(): Promise<void>;
}

export async function startNeighbours(): Promise<Neighbours> {
  const receiver = new WebhookReceiver();
  const door = async (origin: string) => {
    const opened = new Door(Number(new URL(origin).port));
    await opened.open();
    return opened;
  };
  const url = new URL(await receiver.open());
  const gemini = await startGemini(() => ({
    text: JSON.stringify({ risk_factors: [], recommendations: [] }),
  }));
  const cloud = await startCloudLog();
  const doors = {
    receiver: await door(url.origin),
    vendor: await door(gemini.base_url),
    "cloud log": await door(cloud.origin),
  };
  const at = (name: keyof typeof doors) => `http://127.0.0.1:${doors[name].port}`;
  return {
    env: { ...vendorEnv(`${at("vendor")}/`), ...cloudEnv(at("cloud log")) },
    doors,
    receiver,
    receiver_url: at("receiver") + url.pathname,
    logged: cloud.logged,
    async remove() {
      for (const each of Object.values(doors)) await each.remove();
      await Promise.all([receiver.close(), forgetting(gemini).close(), cloud.close()]);
    },
  };
}

/** What it was told is of no use here, and long. */
function forgetting(gemini: GeminiStandIn): GeminiStandIn {
  gemini.told.length = 0;
  return gemini;
}

const vendorEnv = (base_url: string) => ({
  GEMINI_API_KEY: "AIzaSyChaos-stand-in-0000000000000000000",
  GEMINI_BASE_URL: base_url,
  AI_TIMEOUT_SECONDS: "2",
  AI_COOL_DOWN_SECONDS: "0",
  AI_CALLS_PER_USER_PER_DAY: "1000000",
  AI_CALLS_GLOBAL_PER_MINUTE: "10000",
  AI_BUDGET_MICRODOLLARS_PER_DAY: "999999999",
});

function cloudEnv(origin: string) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    GCP_LOGGING_ENABLED: "true",
    GCP_PROJECT_ID: "taskward-chaos",
    GCP_LOG_NAME: "audit",
    GCP_LOGGING_ENDPOINT: origin,
    GCP_SERVICE_ACCOUNT: JSON.stringify({
      client_email: "audit@taskward.example",
      private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
      token_uri: `${origin}/token`,
    }),
  };
}

async function startCloudLog() {
  const logged = new Set<string>();
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    response.setHeader("Content-Type", "application/json");
    if (request.url === "/token") {
      return response.end(JSON.stringify({ access_token: "t", expires_in: 3_600, token_type: "Bearer" }));
    }
    const { entries } = JSON.parse(text) as { entries: { insertId: string }[] };
    for (const { insertId } of entries) logged.add(insertId);
    return response.end("{}");
  };
  // Whoever hangs up is not heard.
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, logged, close };
}
