// The door of a neighbour, on a port of its own: what comes is passed on, or kept waiting, cut off or refused. Who is
// behind it stays well, so that what it has seen can be counted at the end.
import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { freePort } from "../e2e/server.ts";

export const MOODS = ["open", "slow", "silent", "cut", "closed"] as const;
export type Mood = (typeof MOODS)[number];

const SLOW_MS = 2_000;

export class Door {
  readonly #behind: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | null = null;
  #port = 0;
  #mood: Mood = "open";

  /** @param behind the port of whoever it leads to. */
  constructor(behind: number) {
    this.#behind = behind;
  }

  get port(): number {
    return this.#port;
  }

  get mood(): Mood {
    return this.#mood;
  }

  /** On a port that nobody else is given while it is closed. */
  async open(): Promise<void> {
    this.#port ||= await freePort();
    this.#server = createServer((socket) => this.#enter(socket)).listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
  }

  /** From now on; connections of before end. */
  async turn(mood: Mood): Promise<void> {
    if (mood === this.#mood) return;
    const wasClosed = this.#mood === "closed";
    this.#mood = mood;
    for (const socket of this.#sockets) socket.destroy();
    if (mood === "closed") await this.#shut();
    else if (wasClosed) await this.open();
  }

  async remove(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#mood !== "closed") await this.#shut();
  }

  async #shut(): Promise<void> {
    const server = this.#server!;
    server.close();
    await once(server, "close");
  }

  #enter(socket: Socket): void {
    this.#keep(socket);
    if (this.#mood === "cut") socket.once("data", () => socket.destroy());
    if (this.#mood === "cut" || this.#mood === "silent") return;
    setTimeout(() => this.#lead(socket), this.#mood === "slow" ? SLOW_MS : 0);
  }

  #lead(socket: Socket): void {
    if (socket.destroyed) return;
    const behind = createConnection({ port: this.#behind, host: "127.0.0.1" });
    this.#keep(behind);
    socket.pipe(behind).pipe(socket);
    socket.once("close", () => behind.destroy());
    behind.once("close", () => socket.destroy());
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => this.#sockets.delete(socket));
  }
}
