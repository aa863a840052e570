// Texts of our own as titles, descriptions, comments and names, and the big list of naughty strings as one of the first
// three each: given back byte for byte (ours by a later read, too), or refused with a pointer and without the text.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { corporaNote, corporaRoot, readCorpusLines } from "../unit/corpora.ts";
import { type SignedIn, signInAdmin, signInUser, WIDE_RATE_LIMITS } from "./people.ts";
import { type Server, startServer } from "./server.ts";

const CONCURRENCY = 8;
const OWN = [
  "  spaces stay  ",
  "Größe 日本 👩‍👩‍👧 العربية",
  "\u202eright to left\u2069",
  "nul\u0000byte",
  "half \ud83d pair",
  "two\nlines",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
];
const naughty = (readCorpusLines("unicode/naughty_strings.jsonl") as { text: string }[])
  .map(({ text }) => text)
  .filter((text) => !OWN.includes(text));

let server: Server;
/** Two, so that neither meets the coarse limit of an address. */
let users: SignedIn[];
let project: string;
let task: string;
beforeAll(async () => {
  server = await startServer({ env: { RATE_LIMITS: WIDE_RATE_LIMITS } });
  // Nobody may register before the first ADMIN has.
  await signInAdmin(server, ["198.51.100.2"]);
  users = [
    await signInUser(server, "naughty", "198.51.100.1"),
    await signInUser(server, "naughtier", "198.51.100.3"),
  ];
  const [user, other] = users as [SignedIn, SignedIn];
  project = (await user.client.createProject({ body: { name: "Naughty" } })).body.project.id;
  const created = await user.client.createTask({ params: { project_id: project }, body: { title: "x" } });
  task = created.body.task.id;
  const member = { project_id: project, user_id: other.user_id };
  await user.client.setMember({ params: member, body: { role: "editor" } });
}, 60_000);
afterAll(() => server?.stop());

interface Answer {
  readonly status: number;
  readonly text: string;
}

async function send(user: SignedIn, path: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(server.origin + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      "CF-Connecting-IP": user.address,
      Authorization: `Bearer ${user.session_token}`,
      ...(body !== undefined && { "Content-Type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, text: await answer.text() };
}

type Found = Record<string, Record<string, string>>;
const tasks = () => `/v1/projects/${project}/tasks`;

/** Where a text may go: how it is sent, where it comes back, and whether it can be read again. */
const PLACES = {
  title: { path: tasks, body: (text: string) => ({ title: text }), at: "task" },
  description: {
    path: tasks,
    body: (text: string) => ({ title: "x", description: text }),
    at: "task",
  },
  text: { path: () => `${tasks()}/${task}/comments`, body: (text: string) => ({ text }), at: "comment" },
  name: { path: () => "/v1/projects", body: (text: string) => ({ name: text }), at: "project" },
} as const;
type Place = keyof typeof PLACES;

/** What is wrong with how a text was taken; null for nothing. */
async function complaint(place: Place, text: string): Promise<string | null> {
  const { path, body, at } = PLACES[place];
  const isOwn = OWN.includes(text);
  const user = users[isOwn ? 0 : 1]!;
  const answer = await send(user, path(), body(text));
  const found = `${place} ${JSON.stringify(text)}: ${answer.status} ${answer.text.slice(0, 200)}`;
  if (answer.status === 201) {
    const made = (JSON.parse(answer.text) as Found)[at]!;
    if (made[place] !== text) return `${found} is not what was sent`;
    if (at !== "task" || !isOwn) return null;
    const read = JSON.parse((await send(user, `${tasks()}/${made.id}`)).text) as Found;
    return read.task?.[place] === text ? null : `${found} is read otherwise`;
  }
  if (answer.status !== 422) return found;
  const { errors = [] } = JSON.parse(answer.text) as { errors?: { pointer: string }[] };
  if (!errors.some(({ pointer }) => pointer === `/${place}`)) return `${found} has no pointer to its place`;
  return text.length > 8 && answer.text.includes(JSON.stringify(text).slice(1, -1))
    ? `${found} repeats it`
    : null;
}

async function complaints(all: readonly (readonly [Place, string])[]): Promise<string[]> {
  const todo = [...all];
  const found: string[] = [];
  const lane = async () => {
    for (let next = todo.pop(); next; next = todo.pop()) {
      const wrong = await complaint(...next);
      if (wrong) found.push(wrong);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  return found;
}

describe("every text", () => {
  test("of our own is kept or refused in every place", async () => {
    const places = Object.keys(PLACES) as Place[];
    expect(await complaints(places.flatMap((place) => OWN.map((text) => [place, text] as const)))).toEqual(
      [],
    );
  }, 60_000);

  test.skipIf(!corporaRoot)(
    `of the big list is kept or refused${corporaNote}`,
    async () => {
      const places = ["description", "title", "text"] as const;
      const all = naughty.map((text, index) => [places[index % places.length]!, text] as const);
      expect(await complaints(all)).toEqual([]);
    },
    120_000,
  );
});
