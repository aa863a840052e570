// A document that takes long ends with whatever its reader reads it by, as streams do, and is not held up by it before.
import { beforeAll, expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { hurry, liftCoarseLimit, widenBuckets } from "./settings.ts";

await hurry();
await widenBuckets();
liftCoarseLimit();
const ada = await admin("main");
let project_id: string;

/** More than is under way between object and reader while nobody reads. */
const LARGE = Array.from({ length: 300 }, (_, at) => ({
  ref: `t${at}`,
  title: `Task ${at}`,
  description: "a text of some length. ".repeat(300),
}));

beforeAll(async () => {
  project_id = (await ada.client.createProject({ body: { name: "Large" } })).body.project.id;
  await ada.client.importPlan({ params: { project_id }, body: { tasks: LARGE } });
});

async function newReader(): Promise<Person> {
  const reader = await signUp();
  await ada.client.setMember({ params: { project_id, user_id: reader.id }, body: { role: "viewer" } });
  return reader;
}

/** Begins to read; answers how to read the rest, whose length in bytes it answers. */
async function begin(person: Person) {
  const { body } = await person.send(`/v1/projects/${project_id}/export?format=json`);
  const reader = body!.getReader();
  let bytes = (await reader.read()).value!.length;
  return async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) bytes += next.value.length;
    return bytes;
  };
}

const ENDS: Record<string, (person: Person) => Promise<unknown>> = {
  "the session is ended": (person) => person.client.logout(),
  "its reader is suspended": async ({ id }) =>
    (await ada.recent()).client.suspendUser({ params: { user_id: id } }),
};

it.each(Object.keys(ENDS))("breaks off five seconds after %s", async (name) => {
  const reader = await newReader();
  const rest = await begin(reader);
  await ENDS[name]!(reader);
  clock.advance(5);
  await expect(rest()).rejects.toThrow("may no longer read");
});

it("goes on for whoever only takes long", async () => {
  const reader = await newReader();
  const rest = await begin(reader);
  clock.advance(60);
  expect(await rest()).toBe(await (await begin(reader))());
});
