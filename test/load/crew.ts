// Callers with a connection each, who do what there is to do as fast as they can: for seeding.
import { Connection } from "../bench/http.ts";

export class Crew {
  readonly #idle: Connection[];
  readonly #all: readonly Connection[];

  private constructor(connections: readonly Connection[]) {
    this.#all = connections;
    this.#idle = [...connections];
  }

  static async open(port: number, hands: number): Promise<Crew> {
    return new Crew(await Promise.all(Array.from({ length: hands }, () => Connection.open(port))));
  }

  /** Sends one request on a connection that is free; there are no more callers than connections. */
  async ask(request: Buffer, status: number): Promise<unknown> {
    const connection = this.#idle.pop()!;
    const reply = await connection.exchange(request);
    this.#idle.push(connection);
    if (reply.status !== status)
      throw new Error(`${request.toString("latin1", 0, 80)}: ${reply.status} ${reply.body}`);
    return JSON.parse(reply.body.toString());
  }

  /** Does `work` for 0 to count - 1, and answers what came of it in that order. */
  async each<Made>(
    count: number,
    what: string,
    say: (text: string) => void,
    work: (i: number) => Promise<Made>,
  ): Promise<Made[]> {
    const made = new Array<Made>(count);
    const started_ms = performance.now();
    let next = 0;
    const hand = async () => {
      while (next < count) {
        const i = next++;
        made[i] = await work(i);
        if ((i + 1) % 1_000 === 0)
          say(`${i + 1} ${what}, ${((performance.now() - started_ms) / 1000).toFixed(0)} s`);
      }
    };
    await Promise.all(this.#all.map(hand));
    say(`${count} ${what} in ${((performance.now() - started_ms) / 1000).toFixed(1)} s`);
    return made;
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }
}
