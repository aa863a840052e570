// A project's life: which move starts where, and how long what was deleted can come back.
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  isErasable,
  moveProject,
  type ProjectLife,
  type ProjectMove,
  RESTORABLE_MS,
} from "../../../src/domain/project.ts";

const NOW = 1_800_000_000_000;
const ACTIVE: ProjectLife = { status: "active", erase_at_ms: null };
const ARCHIVED: ProjectLife = { status: "archived", erase_at_ms: null };
const DELETED: ProjectLife = { status: "deleted", erase_at_ms: NOW + 1 };

describe("each move starts where it makes sense, and nowhere else", () => {
  test.each<[string, ProjectLife, ProjectMove, string]>([
    ["active", ACTIVE, "archive", "archived"],
    ["active", ACTIVE, "restore", "conflict"],
    ["active", ACTIVE, "delete", "deleted"],
    ["archived", ARCHIVED, "archive", "conflict"],
    ["archived", ARCHIVED, "restore", "active"],
    ["archived", ARCHIVED, "delete", "deleted"],
    ["deleted", DELETED, "archive", "conflict"],
    ["deleted", DELETED, "restore", "active"],
    ["deleted", DELETED, "delete", "conflict"],
  ])("%s: %o, %s gives %s", (_, life, move, expected) => {
    const moved = moveProject(life, move, NOW);
    expect(moved.ok ? moved.value.status : moved.refusal.reason).toBe(expected);
  });
});

it("what is deleted can be restored for 30 days, to the millisecond", () => {
  const deleted = moveProject(ACTIVE, "delete", NOW);
  if (!deleted.ok) return expect.unreachable();
  expect(RESTORABLE_MS).toBe(30 * 24 * 60 * 60 * 1000);
  expect(moveProject(deleted.value, "restore", NOW + RESTORABLE_MS - 1).ok).toBe(true);
  const late = moveProject(deleted.value, "restore", NOW + RESTORABLE_MS);
  expect(late).toMatchObject({ ok: false, refusal: { reason: "not_found" } });
});

it("whatever is asked for, only what is deleted waits for erasure", () => {
  const moves = fc.array(fc.constantFrom<ProjectMove>("archive", "restore", "delete"), { maxLength: 30 });
  fc.assert(
    fc.property(moves, (asked) => {
      let life = ACTIVE;
      let now_ms = NOW;
      for (const move of asked) {
        now_ms += 1000;
        const moved = moveProject(life, move, now_ms);
        if (moved.ok) life = moved.value;
        expect(life.erase_at_ms !== null).toBe(life.status === "deleted");
        expect(isErasable(life, now_ms)).toBe(false);
      }
    }),
  );
});
