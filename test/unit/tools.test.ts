// The project's own tools: whoever asks for help gets it, and whoever mistypes an option is told, before anything runs.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { numberOption, seedOption, WrongOption } from "../../scripts/command-line.ts";

const root = join(import.meta.dirname, "../..");
/** Those that are one of our files and no other program's. */
const scripts = Object.entries(manifest.scripts).flatMap(([name, command]) => {
  const file = /^(?:exec )?node (\S+)$/.exec(command)?.[1];
  return file === undefined ? [] : [{ name, file }];
});

/** Ends with what a tool prints and its exit code. */
const run = (file: string, parameter: string) =>
  new Promise<{ status: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [join(root, file), parameter], { cwd: root }, (error, stdout, stderr) =>
      resolve({ status: error?.code ?? 0, stdout, stderr }),
    );
  });

describe("every tool", () => {
  it.concurrent.each(scripts)(
    "says what it is for when it is asked, and does nothing: npm run $name",
    async ({ file }) => {
      const { status, stdout } = await run(file, "--help");
      expect(stdout.length).toBeGreaterThan(60);
      expect(stdout).toContain("npm ");
      expect(status).toBe(0);
    },
  );
});

it("an option that a tool does not know is refused by its name, with the help and without a stack", async () => {
  const { status, stderr } = await run("scripts/scale.ts", "--no-such-option");
  expect(stderr).toMatch(/^Unknown option '--no-such-option'[^\n]*\n\nnpm run scale /);
  expect(stderr).not.toMatch(/^ {4}at /m);
  expect(status).toBe(2);
});

describe("a number among the options", () => {
  const bounds = { min: 1, max: 10 };

  it.each(["", " ", "0", "11", "2.5", "x", "NaN", "1e2"])("%j is refused with its bounds", (text) => {
    expect(() => numberOption("rounds", text, bounds)).toThrow(
      new WrongOption(`--rounds is a whole number from 1 to 10, not "${text}".`),
    );
  });

  it("within its bounds is taken, and parts of one where they mean something", () => {
    expect(["1", "10"].map((text) => numberOption("rounds", text, bounds))).toEqual([1, 10]);
    expect(numberOption("seconds", "2.5", { ...bounds, is_whole: false })).toBe(2.5);
  });

  it("a seed is drawn where none is given", () => {
    expect(seedOption("7")).toBe(7);
    expect(seedOption(undefined)).toBeGreaterThanOrEqual(0);
  });
});
