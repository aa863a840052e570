// What a password costs: Argon2id in the runtime beside Node's native one, a sign-in beside its hash alone
// in the same process, and the memory that hashes leave behind.
import { argon2Sync, randomBytes } from "node:crypto";
import { PASSWORD_PARAMETERS } from "../../src/protocol/password-hash.ts";
import type { Bench, Case, Row, Target } from "./case.ts";
import { requestBytes } from "./http.ts";
import { caller, interleave, type Participant, type Times } from "./latency.ts";
import { clientHeaders, signInBody } from "./seed.ts";
import type { WorkerName } from "./stage.ts";
import { median } from "./statistics.ts";

const HASH = "Argon2id alone, in workerd";
const NATIVE = "Argon2id, Node's native crypto.argon2";
export const SIGN_IN = "POST /v1/auth/login, password only";
const TRIES_PER_SECOND = 8;
const HASHES_FOR_MEMORY = 220;

const hashRequest = requestBytes("GET", "/hash", {});

const hashCase: Case = {
  name: "hash",
  title: "Argon2id beside Node's native one",
  run: (bench) =>
    rounds(
      bench,
      "hash",
      ["argon2"],
      { baseline: NATIVE, subject: HASH, target: { bound: "at most", ratio: 1.3 } },
      async (ports) => {
        const hash = await caller(bench, HASH, ports.argon2!, 200);
        return {
          participants: [native, { title: HASH, once: () => hash.send(hashRequest) }],
          close: hash.close,
        };
      },
    ),
};

const signInCase: Case = {
  name: "sign-in",
  title: "signing in beside the hash alone",
  async run(bench) {
    const { principals } = await bench.stage.population();
    let turn = 0;
    const pair = { baseline: HASH, subject: SIGN_IN, target: { bound: "at most", ratio: 1.3 } as const };
    return rounds(bench, "sign-in", ["product", "argon2"], pair, async (ports) => {
      const hash = await caller(bench, HASH, ports.argon2!, 200);
      const login = await caller(bench, SIGN_IN, ports.product!, 200);
      const signIn = async () => {
        const { username, password, address } = principals[turn++ % principals.length]!;
        await login.send(
          requestBytes("POST", "/v1/auth/login", clientHeaders(address), signInBody(username, password)),
        );
      };
      return {
        participants: [
          { title: HASH, once: () => hash.send(hashRequest) },
          { title: SIGN_IN, once: signIn },
        ],
        close: () => [hash, login].forEach((each) => void each.close()),
      };
    });
  },
};

const memoryCase: Case = {
  name: "hash-memory",
  title: `resident memory of workerd after ${HASHES_FOR_MEMORY} hashes`,
  async run(bench) {
    const server = await bench.stage.start(["argon2"]);
    try {
      const { send, close } = await caller(bench, HASH, server.ports.argon2!, 200);
      await send(requestBytes("GET", "/warm", {}));
      const before_mib = server.residentMiB();
      for (let i = 0; i < HASHES_FOR_MEMORY; i++) await send(hashRequest);
      const after_mib = server.residentMiB();
      close();
      const note = `VmRSS ${before_mib.toFixed(0)} MiB before, ${after_mib.toFixed(0)} MiB after ${HASHES_FOR_MEMORY} hashes`;
      return [{ ...EMPTY, case: "Argon2id, resident memory", note, rounds: [{ before_mib, after_mib }] }];
    } finally {
      await server.stop();
    }
  },
};

export const passwordCases = [hashCase, signInCase, memoryCase];

const EMPTY: Omit<Row, "case"> = {
  connections: null,
  requests_per_second: null,
  p50_ms: null,
  p99_ms: null,
  cpu_us: null,
  baseline: null,
  ratio: null,
  quartiles: null,
  cpu_ratio: null,
  target: null,
  note: null,
  rounds: [],
};

const native: Participant = {
  title: NATIVE,
  async once() {
    const { memory_kib, passes, lanes, salt_bytes, hash_bytes } = PASSWORD_PARAMETERS;
    const message = Buffer.from("correct horse battery staple");
    const cost = { memory: memory_kib, passes, parallelism: lanes, tagLength: hash_bytes };
    argon2Sync("argon2id", { message, nonce: randomBytes(salt_bytes), ...cost });
  },
};

interface Pair {
  readonly baseline: string;
  readonly subject: string;
  readonly target: Target;
}

type Cast = (
  ports: Readonly<Record<string, number>>,
) => Promise<{ participants: Participant[]; close(): void }>;

/** Interleaved times of two participants, a fresh process a round; the ratio is that of the medians. */
async function rounds(
  bench: Bench,
  name: string,
  workers: readonly WorkerName[],
  pair: Pair,
  cast: Cast,
): Promise<Row[]> {
  const { options } = bench;
  const measured: Times[][] = [];
  for (let round = 0; round < options.rounds; round++) {
    bench.say(`${name}, round ${round + 1} of ${options.rounds}`);
    const server = await bench.stage.start(workers);
    try {
      const { participants, close } = await cast(server.ports);
      measured.push(
        await interleave(participants, Math.max(4, Math.ceil(options.seconds * TRIES_PER_SECOND))),
      );
      close();
      if (server.complaints() !== "")
        bench.fail(`${name}: workerd complained:\n${server.complaints().slice(0, 2_000)}`);
    } finally {
      await server.stop();
    }
  }
  return [pair.baseline, pair.subject].map((title) => {
    const own = measured.map((times) => times.find((each) => each.title === title)!);
    const reference = measured.map((times) => times.find((each) => each.title === pair.baseline)!);
    const isSubject = title === pair.subject;
    return {
      ...EMPTY,
      case: title,
      connections: 1,
      requests_per_second: 1000 / median(own.map(({ p50_ms }) => p50_ms)),
      p50_ms: median(own.map(({ p50_ms }) => p50_ms)),
      p99_ms: median(own.map(({ p99_ms }) => p99_ms)),
      baseline: isSubject ? pair.baseline : null,
      ratio: isSubject ? median(own.map(({ p50_ms }, i) => p50_ms / reference[i]!.p50_ms)) : null,
      target: isSubject ? pair.target : null,
      rounds: own,
    };
  });
}
