// HTTP/1.1 over one keep-alive loopback connection, as lean as a load generator needs it: prebuilt request
// bytes out, status and Content-Length in, one request at a time. Refuses replies without a length.
import { connect, type Socket } from "node:net";

export interface Reply {
  readonly status: number;
  /** Status line and headers as sent. */
  readonly head: string;
  /** Valid only until the callback returns: the buffer is reused. */
  readonly body: Buffer;
}

export type OnReply = (failure: Error | null, reply: Reply | null) => void;

const READ_BYTES = 65_536;
const REPLY_BYTES_MAX = 16 * 1024 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");
const NO_BODY = Buffer.alloc(0);

/** Makes the bytes of a request; a body becomes JSON, or is sent as `raw` says. */
export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: unknown,
  raw?: string,
): Buffer {
  const content = raw ?? (body === undefined ? "" : JSON.stringify(body));
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
  if (content !== "") lines.push("Content-Type: application/json");
  if (method !== "GET") lines.push(`Content-Length: ${Buffer.byteLength(content)}`);
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${content}`);
}

export class Connection {
  readonly #socket: Socket;
  #pending: Buffer = NO_BODY;
  #onReply: OnReply | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Connects to a port of this machine. */
  static open(port: number): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const onread = {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (count: number, buffer: Uint8Array) => connection.#received(buffer as Buffer, count),
      };
      const socket = connect({ host: "127.0.0.1", port, noDelay: true, onread });
      const connection = new Connection(socket);
      socket.once("connect", () => resolve(connection));
      socket.once("error", reject);
      socket.on("error", (error) => connection.#settle(error, null));
      socket.on("close", () => connection.#settle(new Error("the server closed the connection"), null));
    });
  }

  /** Whether the server has not closed it, as it does with one that is idle for some seconds. */
  get isOpen(): boolean {
    return this.#socket.writable;
  }

  /** Sends one request; a second one before the first reply is a defect of the caller. */
  send(request: Buffer, onReply: OnReply): void {
    if (this.#onReply) throw new Error("a request is already under way on this connection");
    this.#onReply = onReply;
    if (this.isOpen) this.#socket.write(request);
    else queueMicrotask(() => this.#settle(new Error("the server has closed the connection"), null));
  }

  /** Sends one request and answers its reply, with a body of its own. */
  exchange(request: Buffer): Promise<Reply> {
    return new Promise((resolve, reject) =>
      this.send(request, (failure, reply) =>
        reply ? resolve({ ...reply, body: Buffer.from(reply.body) }) : reject(failure),
      ),
    );
  }

  close(): void {
    this.#onReply = null;
    this.#socket.destroy();
  }

  #received(buffer: Buffer, count: number): boolean {
    const chunk = buffer.subarray(0, count);
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const reply = parse(bytes);
    if (reply instanceof Error) this.#settle(reply, null);
    else if (reply) this.#settle(null, reply);
    else this.#pending = bytes === chunk ? Buffer.from(chunk) : bytes;
    return true;
  }

  #settle(failure: Error | null, reply: Reply | null): void {
    const onReply = this.#onReply;
    this.#onReply = null;
    this.#pending = NO_BODY;
    onReply?.(failure, reply);
  }
}

/** The reply, null while bytes are missing, or what is wrong with it. */
function parse(bytes: Buffer): Reply | Error | null {
  const head_bytes = bytes.indexOf(HEAD_END);
  if (head_bytes < 0) return bytes.length > READ_BYTES ? new Error("a reply's head never ends") : null;
  const head = bytes.toString("latin1", 0, head_bytes);
  const status = Number.parseInt(head.slice(9, 12), 10);
  const body_bytes = bodyBytes(head, status);
  if (body_bytes === null || body_bytes > REPLY_BYTES_MAX)
    return new Error(`a reply without a usable Content-Length: ${head}`);
  const start = head_bytes + HEAD_END.length;
  if (bytes.length < start + body_bytes) return null;
  return { status, head, body: bytes.subarray(start, start + body_bytes) };
}

function bodyBytes(head: string, status: number): number | null {
  if (status === 204 || status === 304) return 0;
  const length = /\r\ncontent-length: *([0-9]+)/i.exec(head)?.[1];
  return length === undefined ? null : Number(length);
}
