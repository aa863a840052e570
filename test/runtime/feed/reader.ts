// Readers of a feed, over a WebSocket or as server-sent events: what they have been told, and why it ended.
import { EventReader } from "../../../src/protocol/event-stream.ts";
import type { Change } from "../../../src/schema/change.ts";
import type { Person } from "../harness/people.ts";
import type { Sending } from "../harness/worker.ts";

export interface Reader {
  readonly numbers: number[];
  readonly changes: Change[];
  /** Where the feed had to begin anew. */
  readonly resets: number[];
  /** Settles with the reason once the service has ended the stream. */
  readonly ended: Promise<string>;
  /** Waits until it has been told of that change; null once the stream is over. */
  until(number: number): Promise<number | null>;
  /** The reader goes away. */
  leave(): Promise<void>;
  send(text: string): void;
}

/** What both kinds of readers do with what they are told. */
class Told {
  readonly numbers: number[] = [];
  readonly changes: Change[] = [];
  readonly resets: number[] = [];
  #waiting: { number: number; resolve: (number: number | null) => void }[] = [];
  readonly #ended = Promise.withResolvers<string>();
  readonly ended = this.#ended.promise;

  take(change: Change): void {
    this.changes.push(change);
    this.numbers.push(change.number);
    this.#settle();
  }

  end(reason: string): void {
    this.#ended.resolve(reason);
    for (const { resolve } of this.#waiting) resolve(null);
  }

  until(number: number): Promise<number | null> {
    const { promise, resolve } = Promise.withResolvers<number | null>();
    this.#waiting.push({ number, resolve });
    this.#settle();
    void this.ended.then(() => resolve(null));
    return promise;
  }

  #settle(): void {
    const last = this.numbers.at(-1) ?? 0;
    for (const { number, resolve } of this.#waiting) if (number <= last) resolve(last);
  }
}

const pathOf = (project_id: string, after: number | null): string =>
  `/v1/projects/${project_id}/events${after === null ? "" : `?after=${after}`}`;

/** The answer to an upgrade, whatever it is. */
export const upgrade = (by: Person, project_id: string, after: number | null = null, more: Sending = {}) =>
  by.send(pathOf(project_id, after), { ...more, headers: { Upgrade: "websocket", ...more.headers } });

export const events = (by: Person, project_id: string, after: number | null = null, more: Sending = {}) =>
  by.send(pathOf(project_id, after), { ...more, headers: { Accept: "text/event-stream", ...more.headers } });

async function refusalOf(answer: Response): Promise<Error> {
  return new Error(`no stream: ${answer.status} ${await answer.text()}`);
}

/** Listens over a WebSocket; acknowledges whatever it gets, if asked to. */
export async function listen(
  by: Person,
  project_id: string,
  after: number | null = null,
  { acknowledging = false, sending = {} as Sending } = {},
): Promise<Reader> {
  const answer = await upgrade(by, project_id, after, sending);
  const socket = answer.webSocket;
  if (!socket) throw await refusalOf(answer);
  const told = new Told();
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") return;
    const message = JSON.parse(data as string) as { changes: Change[]; reset?: { resume_after: number } };
    if (message.reset) told.resets.push(message.reset.resume_after);
    for (const change of message.changes ?? []) told.take(change);
    if (acknowledging && message.changes) socket.send(String(told.numbers.at(-1)));
  });
  socket.addEventListener("close", ({ reason, code }) => told.end(reason || String(code)));
  socket.accept();
  return Object.assign(told, {
    async leave() {
      socket.close(1000);
      told.end("left");
    },
    send: (text: string) => socket.send(text),
  });
}

/** Listens to server-sent events. */
export async function listenToEvents(
  by: Person,
  project_id: string,
  after: number | null = null,
  sending: Sending = {},
): Promise<Reader> {
  const answer = await events(by, project_id, after, sending);
  if (answer.headers.get("content-type") !== "text/event-stream") throw await refusalOf(answer);
  const told = new Told();
  const reading = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventReader();
  const read = async () => {
    for (;;) {
      const { done, value } = await reading.read();
      if (done) return told.end("broken");
      for (const { event, data } of parser.read(value)) {
        const json = JSON.parse(data) as Change & { resume_after: number; reason: string };
        if (event === "reset") told.resets.push(json.resume_after);
        else if (event === "end") told.end(json.reason);
        else told.take(json);
      }
    }
  };
  void read().catch(() => told.end("broken"));
  return Object.assign(told, {
    async leave() {
      await reading.cancel();
      told.end("left");
    },
    send: () => {},
  });
}
