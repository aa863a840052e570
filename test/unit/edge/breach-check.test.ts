// The breach check against a real server on this machine: what it learns, what it may answer, how long it may take.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { checkBreach } from "../../../src/edge/breach-check.ts";

const PASSWORD = "correct horse battery staple";
const hashOf = (password: string) => createHash("sha1").update(password).digest("hex").toUpperCase();
const lineOf = (password: string, count = 3) => `${hashOf(password).slice(5)}:${count}`;
const others = Array.from({ length: 900 }, (_, index) => lineOf(`another ${index}`));

let answer: (request: IncomingMessage, response: ServerResponse) => void;
let asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
const server = createServer(async (request, response) => {
  let body = "";
  for await (const piece of request) body += piece;
  asked.push({ method: request.method!, url: request.url!, headers: request.headers, body });
  answer(request, response);
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/range/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
});

const says = (text: string, status = 200) => {
  answer = (_, response) => response.writeHead(status).end(text);
};
const check = (password = PASSWORD) => checkBreach(url, password, 500);

describe("the breach check", () => {
  test("sends five digits of the hash, asks for padding, and sends nothing else that depends on the password", async () => {
    says(others.join("\r\n"));
    await check();
    await check("another password of fifteen");
    const hashes = [hashOf(PASSWORD), hashOf("another password of fifteen")];
    expect(asked.map((each) => each.url)).toEqual(hashes.map((hash) => `/range/${hash.slice(0, 5)}`));
    for (const { method, headers, body } of asked) {
      expect([method, body, headers["add-padding"]]).toEqual(["GET", "", "true"]);
    }
    const [first, second] = asked.map(({ url: _, ...rest }) => JSON.stringify(rest));
    expect(first).toBe(second);
  });

  test("finds the password among others, at either end of a line", async () => {
    for (const separator of ["\r\n", "\n"]) {
      says([...others, lineOf(PASSWORD), lineOf("x")].join(separator));
      expect(await check()).toBe("breached");
      says(others.join(separator));
      expect(await check()).toBe("unknown");
    }
    says("");
    expect(await check(), "nobody shares the prefix").toBe("unavailable");
  });

  test("a line of padding, with the count 0, is no breach", async () => {
    says([...others, lineOf(PASSWORD, 0)].join("\r\n"));
    expect(await check()).toBe("unknown");
  });

  test("the same password counts however its letters are composed", async () => {
    says([...others, lineOf("Schönbrunner Straße".normalize("NFC"))].join("\r\n"));
    expect(await check("Schönbrunner Straße".normalize("NFD"))).toBe("breached");
  });

  test.each([
    ["another status", lineOf(PASSWORD), 503],
    ["a page of somebody else", "<html>Sign in to the network</html>", 200],
    ["a line that is none among good ones", `${lineOf("x")}\r\nhello\r\n${lineOf(PASSWORD)}`, 200],
    ["hashes in another form", lineOf(PASSWORD).toLowerCase(), 200],
    ["more than any range holds", `${lineOf("x")}\r\n`.repeat(20_000), 200],
  ])("%s is no verdict", async (_what, text, status) => {
    says(text, status);
    expect(await check()).toBe("unavailable");
  });

  test("a redirect is followed nowhere, and is no verdict", async () => {
    answer = ({ url: path }, response) => {
      if (path === "/elsewhere") response.writeHead(200).end(lineOf(PASSWORD));
      else response.writeHead(302, { location: "/elsewhere" }).end();
    };
    expect(await check()).toBe("unavailable");
    expect(asked).toHaveLength(1);
  });

  test("a service that is silent, breaks off or is not there is no verdict, in bounded time", async () => {
    const started_ms = performance.now();
    answer = () => {};
    expect(await check()).toBe("unavailable");
    answer = (_, response) => {
      response.writeHead(200).write(`${lineOf("x")}\r\n`);
    };
    expect(await check()).toBe("unavailable");
    answer = (request) => request.socket.destroy();
    expect(await check()).toBe("unavailable");
    expect(await checkBreach("http://127.0.0.1:9/range/", PASSWORD, 500)).toBe("unavailable");
    // Not a measurement: far from what waiting for ever would be.
    expect(performance.now() - started_ms).toBeLessThan(30_000);
  });
});
