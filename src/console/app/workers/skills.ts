// Skills of a worker as one line: "translation 4, writing". Pure.
import type { WorkerSkill } from "../../../schema/worker.ts";

const LEVEL_DEFAULT = 3;

/** A skill without a level has 3. What is no skill is left to the service, which says so. */
export function skillsFrom(text: string): WorkerSkill[] {
  return text
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "")
    .map((part) => {
      const [, name, level] = /^(.*?)(?:[\s:]+(\d+))?$/.exec(part)!;
      return { name: name!, level: level === undefined ? LEVEL_DEFAULT : Number(level) };
    });
}

export const skillsText = (skills: readonly WorkerSkill[]): string =>
  skills.map(({ name, level }) => `${name} ${level}`).join(", ");
