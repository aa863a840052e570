// Housekeeping says what it deleted: counts that add up across alarms, evictions and crashes, an hour to an event.
import { expect, it } from "vitest";
import { clock } from "../harness/clock.ts";
import { allOf, crash, evict, ringAlarm, rowsOf, tablesOf } from "../harness/objects.ts";
import { admin, type Person, signUp } from "../harness/people.ts";
import { principalOf, tryToSignIn } from "../identity/attempts.ts";
import { hurry } from "../identity/settings.ts";
import { eventsOf } from "../identity/trail.ts";

await hurry();
const ada = await admin("main");

const sweptBy = async (target: string) =>
  (await eventsOf("main"))
    .filter(({ event_type, targets }) => event_type === "system.swept" && targets[0] === target)
    .map(({ details }) => details);
const untold = (person: Person) =>
  rowsOf(principalOf(person), "SELECT kind, count FROM sweeping ORDER BY kind");
const bucketsOf = (person: Person) => rowsOf(principalOf(person), "SELECT rate_class FROM bucket");

it("sessions, nonces, failures and full buckets are deleted, and counted once", async () => {
  const bob = await signUp();
  await bob.otherSession();
  await tryToSignIn(bob, { password: "wrong" });
  await bob.send("/v1/projects");
  await evict(principalOf(bob));
  expect((await bucketsOf(bob)).length).toBeGreaterThan(0);
  clock.advance(421);
  await ringAlarm(principalOf(bob));
  expect(await untold(bob)).toContainEqual({ kind: "nonces", count: 2 });
  expect(await bucketsOf(bob), "full again").toEqual([]);
  await crash(principalOf(bob));
  clock.advance(3_180);
  await ringAlarm(principalOf(bob));
  const counts = Object.fromEntries((await untold(bob)).map(({ kind, count }) => [kind, count]));
  expect(counts).toMatchObject({ nonces: 2, sessions: 2, failures: 1 });
  expect(await sweptBy(`main/${bob.id}`), "not yet an hour old").toEqual([]);
  clock.advance(421);
  await ringAlarm(principalOf(bob));
  expect(await untold(bob)).toEqual([]);
  await ada.signIn();
  expect(await sweptBy(`main/${bob.id}`)).toEqual([counts]);
  clock.advance(7_200);
  await ringAlarm(principalOf(bob));
  expect(await sweptBy(`main/${bob.id}`), "what is told is not told again").toEqual([counts]);
});

it("a bucket that is not full keeps its row, and what it has left", async () => {
  const bob = await signUp();
  for (let count = 0; count < 9; count += 1) await tryToSignIn(bob, { password: "wrong" });
  const before = await bucketsOf(bob);
  await ringAlarm(principalOf(bob));
  expect(await bucketsOf(bob)).toEqual(before);
});

it("a shard of strangers tells the operator's log of its buckets and attempts", async () => {
  const bob = await signUp();
  await tryToSignIn(bob, { password: "wrong" });
  clock.advance(3_600);
  const rung = async () => {
    for (const shard of await allOf("STRANGERS")) {
      if ((await tablesOf(shard)).includes("bucket")) await ringAlarm(shard);
    }
  };
  await rung();
  clock.advance(3_600);
  await rung();
  await ada.signIn();
  const events = (await eventsOf("main")).filter(({ event_type }) => event_type === "system.swept");
  const strangers = events.filter(({ targets }) => targets[0]!.startsWith("strangers/"));
  const total = (kind: string) => strangers.reduce((sum, { details }) => sum + Number(details[kind] ?? 0), 0);
  expect(total("buckets")).toBeGreaterThan(0);
  expect(total("attempts")).toBeGreaterThan(0);
  for (const shard of await allOf("STRANGERS")) {
    if (!(await tablesOf(shard)).includes("bucket")) continue;
    expect(await rowsOf(shard, "SELECT 1 FROM attempt WHERE forget_at_ms <= ?", clock.now_ms())).toEqual([]);
  }
});
