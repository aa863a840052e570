// A person's id: the same on every machine and for ever, and another in every workspace.
import { createHash } from "node:crypto";
import fc from "fast-check";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { isWorkerId, userIdOf, workerIdOf } from "../../../src/domain/principal-id.ts";
import { UserId, Username, WorkspaceName } from "../../../src/schema/identifier.ts";

const characters = (alphabet: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: min, maxLength: max });
const alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";
const workspaces = characters(`${alphanumeric}-`, 2, 32).filter((name) => v.is(WorkspaceName, name));
const usernames = characters(`${alphanumeric}._-`, 3, 32).filter((name) => v.is(Username, name));

/** The definition, in other words: the first 128 bits of SHA-256, five at a time. */
function expectedId(workspace: string, username: string): string {
  const digest = createHash("sha256").update(`${workspace}\n${username}`, "utf8").digest("hex").slice(0, 32);
  const bits = BigInt(`0x${digest}`).toString(2).padStart(128, "0").padEnd(130, "0");
  const digits = bits
    .match(/.{5}/g)!
    .map((five) => "0123456789abcdefghjkmnpqrstvwxyz"[Number.parseInt(five, 2)]);
  return `usr_${digits.join("")}`;
}

describe("id of a user", () => {
  test("is what it was when the first account was made", () => {
    expect(userIdOf("main", "ada")).toBe("usr_9rfhf92k65bca87b97ve547q5m");
    expect(userIdOf("research", "ada")).toBe("usr_1vm2ff0e4t9xjqvfrr6qcd55am");
  });

  test("follows from SHA-256 over workspace and name, and is an id on the wire", () => {
    fc.assert(
      fc.property(workspaces, usernames, (workspace, username) => {
        const id = userIdOf(workspace, username);
        expect(id).toBe(expectedId(workspace, username));
        expect(v.is(UserId, id)).toBe(true);
      }),
    );
  });

  test("differs by name and by workspace", () => {
    fc.assert(
      fc.property(workspaces, usernames, workspaces, usernames, (w1, u1, w2, u2) => {
        expect(userIdOf(w1, u1) === userIdOf(w2, u2)).toBe(w1 === w2 && u1 === u2);
      }),
    );
  });

  test("text cannot move between workspace and name, for names cannot hold what separates them", () => {
    expect(userIdOf("main", "ada")).not.toBe(userIdOf("maina", "da"));
    for (const name of ["main\nada", "main\n", "\nmain"]) expect(v.is(WorkspaceName, name)).toBe(false);
    for (const name of ["ada\n", "a\nda", "\nada", "ada\r"]) expect(v.is(Username, name)).toBe(false);
    // Sign-in looks up whatever was typed: the workspace, which is strict, still ends at the first line feed.
    fc.assert(
      fc.property(workspaces, workspaces, fc.string(), fc.string(), (w1, w2, u1, u2) => {
        if (w1 !== w2) expect(userIdOf(w1, u1)).not.toBe(userIdOf(w2, u2));
      }),
    );
  });
});

test("a worker's id is made the same way, and told from a person's by how it begins", () => {
  const worker = workerIdOf("main", "ada");
  expect(worker).toBe(userIdOf("main", "ada").replace("usr_", "wrk_"));
  expect([isWorkerId(worker), isWorkerId(userIdOf("main", "ada")), isWorkerId("x_wrk_")]).toEqual([
    true,
    false,
    false,
  ]);
});
