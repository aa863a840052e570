// A stand-in for Gemini on loopback: speaks the published REST shapes (v1beta generateContent, streamGenerateContent
// with and without server-sent events, errors of google.rpc), says whatever a test wants, and keeps what it was told.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Told {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: {
    readonly systemInstruction: { readonly parts: readonly [{ readonly text: string }] };
    readonly contents: readonly [
      { readonly role: string; readonly parts: readonly [{ readonly text: string }] },
    ];
    readonly safetySettings: readonly { readonly category: string; readonly threshold: string }[];
    readonly generationConfig: Readonly<Record<string, unknown>>;
    readonly [other: string]: unknown;
  };
}

export type Reply =
  /** A text, cut into chunks where it is streamed. */
  | {
      readonly text: string;
      readonly finish?: string | null;
      readonly usage?: object | null;
      /** Parts besides the text. */
      readonly parts?: readonly object[];
    }
  /** Any GenerateContentResponse. */
  | { readonly response: object }
  | { readonly status: number; readonly headers?: Record<string, string>; readonly error?: object }
  /** These bytes under the media type that was asked for. */
  | { readonly raw: string }
  /** Headers, a piece of an answer, and then the connection breaks. */
  | { readonly cut: string }
  | { readonly never: true };

export type Say = (told: Told, count: number) => Reply;

export interface GeminiStandIn {
  /** Ends in `/`. */
  readonly base_url: string;
  readonly told: Told[];
  say: Say;
  close(): Promise<void>;
}

const USAGE = {
  promptTokenCount: 400,
  candidatesTokenCount: 120,
  thoughtsTokenCount: 30,
  totalTokenCount: 550,
};

export async function startGemini(say: Say): Promise<GeminiStandIn> {
  const told: Told[] = [];
  const server = createServer((request, response) => {
    const heard = read(request).then((body) => {
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: JSON.parse(body) };
      told.push(one);
      answer(response, url, standIn.say(one, told.length));
    });
    // Whoever hangs up is not heard.
    heard.catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const standIn: GeminiStandIn = {
    base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    told,
    say,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return standIn;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request) text += piece;
  return text;
}

function answer(response: ServerResponse, url: string, reply: Reply): void {
  if ("never" in reply) return;
  const is_stream = url.includes(":streamGenerateContent");
  const is_sse = is_stream && url.includes("alt=sse");
  if ("status" in reply) {
    const { status, headers = {}, error = { code: status, message: "stand-in", status: "STAND_IN" } } = reply;
    response.writeHead(status, { "Content-Type": "application/json", ...headers });
    response.end(JSON.stringify({ error }));
    return;
  }
  response.writeHead(200, {
    "Content-Type": is_sse ? "text/event-stream" : "application/json; charset=UTF-8",
  });
  if ("raw" in reply) response.end(reply.raw);
  else if ("cut" in reply) {
    response.write(reply.cut, () => response.destroy());
  } else {
    const chunks = "response" in reply ? [reply.response] : chunksOf(reply, is_stream);
    if (is_sse) response.end(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join(""));
    else response.end(JSON.stringify(is_stream ? chunks : chunks[0]));
  }
}

/** As the service streams it: pieces of text, the last one with the reason of its end and the usage. */
function chunksOf(
  { text, finish = "STOP", usage = USAGE, parts = [] }: Extract<Reply, { text: string }>,
  is_stream: boolean,
): object[] {
  const size = is_stream ? Math.max(1, Math.ceil(text.length / 5)) : Math.max(1, text.length);
  const pieces: string[] = [];
  for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
  if (pieces.length === 0) pieces.push("");
  return pieces.map((piece, at) => {
    const is_last = at === pieces.length - 1;
    return {
      candidates: [
        {
          content: { parts: [{ text: piece }, ...(is_last ? parts : [])], role: "model" },
          index: 0,
          ...(is_last && finish !== null && { finishReason: finish }),
        },
      ],
      ...(is_last && usage !== null && { usageMetadata: usage }),
      modelVersion: "stand-in",
      responseId: "stand-in",
    };
  });
}
