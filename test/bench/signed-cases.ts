// Signed requests of workers: each is good for once, so each is signed anew, shortly before it is sent.
import { createSigner } from "../../src/api/sign-request.ts";
import { importPrivateJwk } from "../../src/protocol/signing-key.ts";
import { callWrite } from "./bare-cases.ts";
import type { Case, Side } from "./case.ts";
import { requestBytes } from "./http.ts";
import { clientHeaders, type Population } from "./seed.ts";
import { throughputCase } from "./throughput.ts";

const PATH = "/v1/whoami";
/** What the service sees: the Host header of the load generator has no port. */
const URL_SEEN = `http://127.0.0.1${PATH}`;

type Measured = "ed25519" | "rsa-pss-sha512";

async function signed(algorithm: Measured, { workers }: Population, count: number): Promise<Buffer[]> {
  const signers = await Promise.all(
    workers.map(async ({ address, [algorithm]: { key_id, jwk } }) => {
      const imported = await importPrivateJwk(algorithm, jwk);
      if (!imported.ok) throw new Error(imported.why);
      return { address, sign: createSigner({ key_id, algorithm, key: imported.key }) };
    }),
  );
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const { address, sign } = signers[i % signers.length]!;
      const headers = new Headers(clientHeaders(address));
      await sign({ method: "GET", url: URL_SEEN, headers });
      return requestBytes("GET", PATH, Object.fromEntries(headers));
    }),
  );
}

const readSigned = (name: string, algorithm: Measured): Side => ({
  title: `GET ${PATH}, signed (${name}), the nonce kept`,
  worker: "product",
  expected_status: 200,
  requests: () => [],
  once: (population, count) => signed(algorithm, population!, count),
});

export const signedRead = readSigned("Ed25519", "ed25519");
/** The founding documents' signatures, and what costs least to check. */
const signedWithRsa = readSigned("RSA 2048", "rsa-pss-sha512");

const target = { bound: "at least", ratio: 0.7 } as const;

export const signedCases: Case[] = [
  throughputCase({
    name: "signed",
    title: "a signed read",
    sides: [
      { side: callWrite, baseline: null },
      { side: signedRead, baseline: callWrite, target },
      { side: signedWithRsa, baseline: callWrite, target },
    ],
  }),
];
