import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeBase64 } from "../../../src/protocol/base64.ts";
import { utf8 } from "../../../src/protocol/base64url.ts";
import { contentDigest } from "../../../src/protocol/content-digest.ts";
import {
  readSignature,
  type SignatureKey,
  type SignatureParameters,
  type SignaturePolicy,
  signHttpMessage,
  verifyHttpMessage,
} from "../../../src/protocol/message-signature.ts";
import {
  generateSigningKeys,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
  verifySignature,
} from "../../../src/protocol/signature-algorithm.ts";
import type { Message, RequestMessage, ResponseMessage } from "../../../src/protocol/signature-base.ts";
import { importPublicSpki } from "../../../src/protocol/signing-key.ts";
import { corporaNote, corporaRoot, readCorpus } from "../corpora.ts";

const NOW_SECONDS = 1_800_000_000;
const NOW_MS = NOW_SECONDS * 1000;

const policy: SignaturePolicy = {
  components: ["@method", "@target-uri", "content-digest"],
  parameters: ["created", "keyid", "nonce"],
  age_seconds_max: 300,
  skew_seconds: 60,
};
const parameters = { created: NOW_SECONDS, keyid: "key-1", nonce: "n-1" } satisfies SignatureParameters;
const digest = await contentDigest(new Uint8Array([1, 2, 3]));

const request = (more: { method?: string; url?: string; headers?: Record<string, string> } = {}) => ({
  method: more.method ?? "POST",
  url: more.url ?? "https://api.example.com/v1/tasks?state=open&q=a%20b",
  headers: new Headers({ "content-digest": digest, ...more.headers }),
});

async function keysFor(algorithm: SignatureAlgorithm) {
  const { privateKey, publicKey } = await generateSigningKeys(algorithm);
  const signer: SignatureKey = { algorithm, key: privateKey };
  return { signer, keyOf: async () => ({ algorithm, key: publicKey }) };
}
const { signer, keyOf } = await keysFor("ed25519");

/** The same message with its signature on it. */
async function signed<Kind extends Message>(
  message: Kind,
  more: SignatureParameters & { label?: string; components?: readonly string[]; by?: SignatureKey } = {},
): Promise<Kind & { headers: Headers }> {
  const { by = signer, label = "sig", components = policy.components, ...changed } = more;
  const made = await signHttpMessage(message, by, { label, components, ...parameters, ...changed });
  const headers = new Headers(message.headers as Headers);
  headers.append("signature-input", made.signature_input);
  headers.append("signature", made.signature);
  return { ...message, headers };
}

const check = (message: Message, under: SignaturePolicy = policy, now_ms = NOW_MS) =>
  verifyHttpMessage(message, under, now_ms, keyOf);
const refusal = async (...asked: Parameters<typeof check>) => {
  const result = await check(...asked);
  return result.ok ? "ok" : result.why;
};

describe("a signed request", () => {
  test.each(SIGNATURE_ALGORITHMS)("holds as it was sent, by %s", async (algorithm) => {
    const { signer: by, keyOf: find } = await keysFor(algorithm);
    const result = await verifyHttpMessage(
      await signed(request(), { by, alg: algorithm }),
      policy,
      NOW_MS,
      find,
    );
    expect(result).toMatchObject({ ok: true, signature: { label: "sig", ...parameters, alg: algorithm } });
  });

  test("holds on a real Request, through a second spelling of its fields", async () => {
    const { headers } = await signed(request());
    const spaced = headers.get("signature-input")!.replaceAll(" ", "  ").replace(/$/, "  ");
    headers.set("signature-input", spaced);
    const { url, method } = request();
    expect(await refusal(new Request(url, { method, headers }))).toBe("ok");
  });

  test("fails when anything that it covers was altered, and not when something else was", async () => {
    const message = await signed(request());
    const moved = (changed: object) => refusal({ ...message, ...changed });
    const headers = new Headers(message.headers);
    headers.set("content-digest", digest.replace("sha-256=:", "sha-256=:A"));
    expect(await moved({ method: "PUT" })).toBe("wrong_signature");
    expect(await moved({ method: "post" })).toBe("wrong_signature");
    expect(await moved({ url: message.url.replace("open", "done") })).toBe("wrong_signature");
    expect(await moved({ url: message.url.replace("https", "http") })).toBe("wrong_signature");
    expect(await moved({ url: message.url.replace("api.", "evil.") })).toBe("wrong_signature");
    expect(await moved({ url: `${message.url}&x=1` })).toBe("wrong_signature");
    expect(await moved({ headers })).toBe("wrong_signature");
    expect(await moved({ url: `${message.url}#fragment` })).toBe("ok");
  });

  test("fails when its own parameters were altered, each of them", async () => {
    const message = await signed(request(), { tag: "t", expires: NOW_SECONDS + 10, alg: "ed25519" });
    const input = message.headers.get("signature-input")!;
    for (const [from, to] of [
      [`created=${NOW_SECONDS}`, `created=${NOW_SECONDS + 1}`],
      [`expires=${NOW_SECONDS + 10}`, `expires=${NOW_SECONDS + 11}`],
      ['nonce="n-1"', 'nonce="n-2"'],
      ['keyid="key-1"', 'keyid="key-2"'],
      ['tag="t"', 'tag="u"'],
      [';alg="ed25519"', ""],
      [';tag="t"', ';tag="t";more'],
      ['"@method" "@target-uri"', '"@target-uri" "@method"'],
      ['"content-digest"', '"content-digest" "@path"'],
    ] as const) {
      expect(input).toContain(from);
      const headers = new Headers(message.headers);
      headers.set("signature-input", input.replace(from, to));
      expect(await refusal({ ...message, headers }), to).toBe("wrong_signature");
    }
  });

  test("a signature under another label, or of another message, is not this one's", async () => {
    const [mine, other] = [await signed(request()), await signed(request({ method: "PUT" }))];
    mine.headers.set("signature", other.headers.get("signature")!);
    expect(await refusal(mine)).toBe("wrong_signature");
    mine.headers.set("signature", other.headers.get("signature")!.replace("sig=", "gis="));
    expect(await refusal(mine)).toBe("malformed");
  });
});

describe("the policy", () => {
  test.each(policy.components)("refuses a signature that does not cover %s", async (left) => {
    const components = policy.components.filter((name) => name !== left);
    expect(await refusal(await signed(request(), { components }))).toBe("component_missing");
  });

  test("a component with parameters does not stand for the one without", async () => {
    for (const parameter of [";sf", ";bs", ';key="sha-256"']) {
      const components = ["@method", "@target-uri", `"content-digest"${parameter}`];
      const message = await signed(request(), { components });
      expect(await refusal(message)).toBe("component_missing");
      expect(await refusal(message, { ...policy, components })).toBe("ok");
    }
  });

  test.each(policy.parameters)("refuses a signature without the parameter %s", async (name) => {
    const message = await signed(request(), { [name]: undefined });
    expect(await refusal(message)).toBe("parameter_missing");
  });

  test("the window is exact: age and skew back, skew forward", async () => {
    const message = await signed(request());
    const at = (seconds: number) => refusal(message, policy, (NOW_SECONDS + seconds) * 1000);
    expect(await at(-60)).toBe("ok");
    expect(await at(-60.001)).toBe("not_yet_valid");
    expect(await at(360)).toBe("ok");
    expect(await at(360.001)).toBe("expired");
  });

  test("`expires` shortens the window and never widens it", async () => {
    const at = async (seconds: number, expires: number) =>
      refusal(
        await signed(request(), { expires: NOW_SECONDS + expires }),
        policy,
        (NOW_SECONDS + seconds) * 1000,
      );
    expect(await at(70, 10)).toBe("ok");
    expect(await at(71, 10)).toBe("expired");
    expect(await at(0, -1)).toBe("expired");
    expect(await at(361, 1_000_000)).toBe("expired");
  });

  test("with a tag, signatures under others are passed over; without, two are one too many", async () => {
    const once = await signed(request(), { tag: "taskward" });
    const twice = await signed(once, { label: "proxy", tag: "proxy" });
    expect(await refusal(twice)).toBe("ambiguous");
    expect(await refusal(twice, { ...policy, tag: "taskward" })).toBe("ok");
    expect(await refusal(twice, { ...policy, tag: "another" })).toBe("missing");
    const both = await signed(once, { label: "again", tag: "taskward" });
    expect(await refusal(both, { ...policy, tag: "taskward" })).toBe("ambiguous");
  });

  test("more than four signatures are refused unread", async () => {
    let message = request();
    for (const label of ["a", "b", "c", "d", "e"]) {
      message = await signed(message, { label, tag: label });
      expect(await refusal(message, { ...policy, tag: "a" })).toBe(label === "e" ? "malformed" : "ok");
    }
  });

  test("the key decides the algorithm: a message cannot talk another one in", async () => {
    expect(await refusal(await signed(request(), { alg: "hmac-sha256" }))).toBe("wrong_algorithm");
    expect(await refusal(await signed(request(), { alg: "rsa-pss-sha512" }))).toBe("wrong_algorithm");
    const none = await verifyHttpMessage(await signed(request()), policy, NOW_MS, async () => null);
    expect(none).toEqual({ ok: false, why: "unknown_key" });
  });
});

describe("fields that are not right", () => {
  const input = `sig=("@method");created=${NOW_SECONDS};keyid="key-1";nonce="n"`;
  const loose = { ...policy, components: [] };
  test.each([
    ["no signature at all", {}, "missing"],
    ["an input alone", { "signature-input": input }, "malformed"],
    ["a signature alone", { signature: "sig=:AAAA:" }, "malformed"],
    ["empty fields", { "signature-input": "", signature: "" }, "missing"],
    ["another label", { "signature-input": input, signature: "gis=:AAAA:" }, "malformed"],
    ["a signature too many", { "signature-input": input, signature: "sig=:AAAA:, b=:AAAA:" }, "malformed"],
    ["a signature that is text", { "signature-input": input, signature: 'sig="AAAA"' }, "malformed"],
    ["a signature with parameters", { "signature-input": input, signature: "sig=:AAAA:;a" }, "malformed"],
    [
      "an input that is no list",
      { "signature-input": 'sig="@method"', signature: "sig=:AAAA:" },
      "malformed",
    ],
    ["a label twice", { "signature-input": `${input}, ${input}`, signature: "sig=:AAAA:" }, "malformed"],
    ["a time in quotes", { "signature-input": 'sig=();created="1"', signature: "sig=:AAAA:" }, "malformed"],
    [
      "a time with a fraction",
      { "signature-input": "sig=();created=1.5", signature: "sig=:AAAA:" },
      "malformed",
    ],
    [
      "a key id that is a token",
      { "signature-input": "sig=();keyid=a", signature: "sig=:AAAA:" },
      "malformed",
    ],
    ["a parameter twice", { "signature-input": `${input};nonce="m"`, signature: "sig=:AAAA:" }, "malformed"],
  ])("%s is refused", async (_what, headers, why) => {
    const message = { ...request(), headers: new Headers(headers as Record<string, string>) };
    expect(await refusal(message, loose)).toBe(why);
  });

  test("no fields whatever make it throw", async () => {
    const piece = fc.constantFrom(
      "sig",
      "=",
      "(",
      ")",
      '"@method"',
      '"@query-param";name="a"',
      " ",
      ";",
      ",",
      ":AAAA:",
      "created=1",
      '"',
      "é",
    );
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    await fc.assert(
      fc.asyncProperty(text, text, async (signature_input, signature) => {
        const fields: Record<string, string> = { "signature-input": signature_input, signature };
        await check({ ...request(), headers: { get: (name) => fields[name] ?? null } }, loose);
      }),
    );
  });
});

describe("components", () => {
  const base = (components: string, message: Message = request()) => {
    const headers = new Headers({ "signature-input": `s=(${components})`, signature: "s=:AAAA:" });
    const get = (name: string) => headers.get(name) ?? message.headers.get(name);
    const read = readSignature(
      { ...message, headers: { get } },
      { components: [], parameters: [], age_seconds_max: 0, skew_seconds: 0 },
      NOW_MS,
    );
    if (!read.ok) return read.why;
    return read.signature.base.split("\n").slice(0, -1).join("\n");
  };

  test.each([
    ['"@method"', "POST"],
    ['"@target-uri"', "https://api.example.com/v1/tasks?state=open&q=a%20b"],
    ['"@authority"', "api.example.com"],
    ['"@scheme"', "https"],
    ['"@request-target"', "/v1/tasks?state=open&q=a%20b"],
    ['"@path"', "/v1/tasks"],
    ['"@query"', "?state=open&q=a%20b"],
    ['"@query-param";name="q"', "a%20b"],
    ['"content-digest"', digest],
    ['"content-digest";key="sha-256"', digest.slice(8)],
  ])("%s", (component, value) => expect(base(component)).toBe(`${component}: ${value}`));

  test("an authority is in lower case and names a port only if it is not the scheme's own", () => {
    expect(base('"@authority"', request({ url: "https://EXAMPLE.com:443/" }))).toBe(
      '"@authority": example.com',
    );
    expect(base('"@authority"', request({ url: "http://example.com:8787/" }))).toBe(
      '"@authority": example.com:8787',
    );
  });

  test("no query is `?`, and an empty one stays in the target", () => {
    expect(base('"@query"', request({ url: "https://a.example/p" }))).toBe('"@query": ?');
    expect(base('"@path"', request({ url: "https://a.example" }))).toBe('"@path": /');
    expect(base('"@request-target"', request({ url: "https://a.example/p?" }))).toBe(
      '"@request-target": /p?',
    );
    expect(base('"@target-uri"', request({ url: "https://a.example/p?#f" }))).toBe(
      '"@target-uri": https://a.example/p?',
    );
  });

  test("a query parameter is named and valued by its percent-encoding, and must come once", () => {
    const message = request({ url: "https://a.example/?a=1&a=2&%C3%BC=x+y%2B!&e" });
    expect(base('"@query-param";name="%C3%BC"', message)).toBe('"@query-param";name="%C3%BC": x%20y%2B%21');
    expect(base('"@query-param";name="e"', message)).toBe('"@query-param";name="e": ');
    for (const name of ['"a"', '"b"', '"%c3%bc"', '"%"', '"%FF"', "e", "1", '"e";name2']) {
      expect(base(`"@query-param";name=${name}`, message)).toBe("component_unavailable");
    }
    expect(base('"@query-param"', message)).toBe("component_unavailable");
  });

  test("fields come trimmed, joined, and byte-wrapped or re-written where that was asked", () => {
    const message = request({ headers: { "x-a": "  one,  two\t", priority: "u=1,   i", "x-empty": "" } });
    expect(base('"x-a"', message)).toBe('"x-a": one,  two');
    expect(base('"x-empty"', message)).toBe('"x-empty": ');
    expect(base('"x-a";bs', message)).toBe(`"x-a";bs: :${Buffer.from("one,  two").toString("base64")}:`);
    expect(base('"priority";sf', message)).toBe('"priority";sf: u=1, i');
    expect(base('"priority";key="i"', message)).toBe('"priority";key="i": ?1');
  });

  test.each(["\u00a0", "\f", "\v", "\ufeff"])(
    "%j around a value is no blank of HTTP's: it is part of what is signed",
    (mark) => {
      for (const value of [`b${mark}`, `${mark}b`]) {
        const get = (name: string) => (name === "x-a" ? ` ${value}\t` : null);
        const message: RequestMessage = { ...request(), headers: { get } };
        expect(base('"x-a"', message)).toBe("component_unavailable");
        expect(base('"x-a";bs', message)).toBe(`"x-a";bs: :${Buffer.from(value).toString("base64")}:`);
      }
    },
  );

  test("blanks within a value stay, and those around it go in linear time", () => {
    const value = `b${" \t".repeat(500_000)}c`;
    const get = (name: string) => (name === "x-a" ? `\t ${value}${" ".repeat(500_000)}` : null);
    expect(base('"x-a"', { ...request(), headers: { get } })).toBe(`"x-a": ${value}`);
    const blank = { get: (name: string) => (name === "x-a" ? " \t ".repeat(500_000) : null) };
    expect(base('"x-a"', { ...request(), headers: blank })).toBe('"x-a": ');
  });

  test.each([
    ["accept-signature", 'a=("@path");b'],
    ["content-digest", "a=:AA==:, b"],
    ["priority", "u=1, i"],
    ["repr-digest", "a=:AA==:"],
    ["want-content-digest", "a=1"],
    ["want-repr-digest", "a=1"],
    ["ratelimit", '"a";r=1, "b"'],
    ["ratelimit-policy", '"a";q=1'],
    ["idempotency-key", '"a"'],
  ])("%s is written anew as the structured field that it is", (name, value) => {
    const message = request({ headers: { [name]: value.replaceAll(", ", " ,  ") } });
    expect(base(`"${name}";sf`, message)).toBe(`"${name}";sf: ${value}`);
    const isDictionary = !["ratelimit", "ratelimit-policy", "idempotency-key"].includes(name);
    expect(base(`"${name}";key="a"`, message) !== "component_unavailable").toBe(
      isDictionary && name !== "priority",
    );
  });

  test("a response has its status, and its request's components where `req` says so", () => {
    const response: ResponseMessage = {
      status: 204,
      headers: new Headers({ "x-a": "b" }),
      request: request(),
    };
    expect(base('"@status" "x-a" "@method";req "content-digest";req', response)).toBe(
      `"@status": 204\n"x-a": b\n"@method";req: POST\n"content-digest";req: ${digest}`,
    );
    expect(base('"@method"', response)).toBe("component_unavailable");
    expect(base('"@method";req', { status: 204, headers: new Headers() })).toBe("component_unavailable");
  });

  test.each([
    ["an unknown one", '"@nothing"'],
    ["a field that is not there", '"x-absent"'],
    ["the parameters themselves", '"@signature-params"'],
    ["a status, of a request", '"@status"'],
    ["one covered twice", '"@method" "@method"'],
    ["one covered twice, its parameters turned", '"priority";key="i";req "priority";req;key="i"'],
    ["a capital in its name", '"Content-Digest"'],
    ["a token for its name", "content-digest"],
    ["a trailer", '"content-digest";tr'],
    ["`req`, on a request", '"@method";req'],
    ["a parameter that it does not take", '"@method";sf'],
    ["an unknown parameter", '"content-digest";zz'],
    ["`sf` of a field of unknown type", '"x-a";sf'],
    ["`key` of a field of unknown type", '"x-a";key="a"'],
    ["`key` of a key that is not there", '"priority";key="zz"'],
    ["two ways at once", '"priority";sf;key="i"'],
    ["a parameter switched off", '"priority";sf=?0'],
  ])("%s makes no signature base", (_what, components) => {
    const message = request({ headers: { "x-a": "b", priority: "u=1, i" } });
    expect(base(components, message)).toBe("component_unavailable");
  });

  test("more than 32 components, or text beyond ASCII or one line, make none either", () => {
    const headers = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`x-${index}`, "v"]));
    const names = Object.keys(headers).map((name) => `"${name}"`);
    expect(base(names.slice(1).join(" "), request({ headers }))).toContain('"x-32": v');
    expect(base(names.join(" "), request({ headers }))).toBe("component_unavailable");
    for (const value of ["ü", "a\nb", "a\u0000b"]) {
      const get = (name: string) => (name === "x-a" ? value : null);
      const message: RequestMessage = { ...request(), headers: { get } };
      expect(base('"x-a"', message)).toBe("component_unavailable");
    }
  });

  test("a policy that asks for what is no component is a defect, and lets nothing pass", async () => {
    const broken = { ...policy, components: ['"@method'] };
    await expect(check(await signed(request()), broken)).rejects.toThrow(RangeError);
  });

  test("signing what the message does not have is a defect, not a signature", async () => {
    const options = { label: "sig", components: ["x-absent"], ...parameters };
    await expect(signHttpMessage(request(), signer, options)).rejects.toThrow(RangeError);
  });
});

interface Corpus {
  request: { method: string; url: string; headers: Record<string, string> };
  response: { status: number; headers: Record<string, string> };
  public_keys_spki_b64: Record<string, string>;
  hmac_shared_secret_b64: string;
  cases: {
    name: string;
    alg: string;
    keyid: string;
    message: "request" | "response";
    content_digest_override: string | null;
    signature_input: string;
    signature_base: string;
    signature: string;
  }[];
}

describe.skipIf(!corporaRoot)(`HTTP message signatures, RFC 9421 appendix B${corporaNote}`, () => {
  const corpus = readCorpus("protocol/rfc9421.json") as Corpus;
  const lenient: SignaturePolicy = {
    components: [],
    parameters: ["created", "keyid"],
    age_seconds_max: 60,
    skew_seconds: 0,
  };

  test.each(corpus.cases ?? [])("$name: base and signature are the published ones", async (published) => {
    const { headers: plain, ...rest } = corpus[published.message];
    const headers = new Headers({
      ...plain,
      "signature-input": published.signature_input,
      signature: published.signature,
    });
    if (published.content_digest_override) headers.set("content-digest", published.content_digest_override);
    const read = readSignature({ ...rest, headers } as Message, lenient, 1618884473_000);
    if (!read.ok) throw new Error(read.why);
    const { signature, keyid } = read.signature;
    expect(read.signature.base).toBe(published.signature_base);
    const base = utf8(read.signature.base);
    expect(keyid).toBe(published.keyid);
    if (published.alg === "hmac-sha256") {
      const secret = decodeBase64(corpus.hmac_shared_secret_b64)!;
      expect(createHmac("sha256", secret).update(base).digest().equals(signature)).toBe(true);
      return;
    }
    const algorithm = published.alg as SignatureAlgorithm;
    const key = await importPublicSpki(
      algorithm,
      decodeBase64(corpus.public_keys_spki_b64[published.keyid]!)!,
    );
    if (!key.ok) throw new Error(key.why);
    expect(await verifySignature(algorithm, key.key, signature, base)).toBe(true);
    base[0]! ^= 1;
    expect(await verifySignature(algorithm, key.key, signature, base)).toBe(false);
  });
});
