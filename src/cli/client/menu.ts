// The menu of a client that was started without a command: what most people want, by number.
import { heading, line } from "../terminal.ts";
import type { Prompt } from "./prompt.ts";
import { explain, runCommand } from "./run.ts";
import type { TrialName } from "./security-tests.ts";

interface Choice {
  readonly title: string;
  /** What is asked for first, each as it stands behind the command. */
  readonly asks?: readonly string[];
  readonly run: (...answers: string[]) => Promise<unknown>;
}

export interface Doors {
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly securityTests: (which: TrialName) => Promise<unknown>;
}

/** A choice that is one command; the answers stand behind it, or behind the flags that are named here. */
const command = (
  title: string,
  name: string,
  asks: readonly string[] = [],
  flags: readonly string[] = [],
): Choice => ({
  title,
  asks,
  run: (...answers) => {
    // An answer is never read as a flag, whatever it begins with.
    const named = flags.map((flag, at) => `${flag}=${answers.at(at - flags.length)!}`);
    return runCommand(name, [...named, "--", ...answers.slice(0, answers.length - flags.length)]);
  },
});

const choices = ({
  signIn,
  signOut,
  securityTests,
}: Doors): readonly (readonly [string, readonly Choice[]])[] => [
  [
    "Who you are",
    [
      { title: "Sign in", run: signIn },
      { title: "Sign out", run: signOut },
    ],
  ],
  [
    "Projects",
    [
      command("New project", "create-project", ["Name", "Description"], ["--name", "--description"]),
      command("My projects", "list-projects"),
      command("A project", "read-project", ["Project"]),
      command("Delete a project (it can be restored for 30 days)", "delete-project", ["Project"]),
    ],
  ],
  [
    "Planning with AI",
    [
      command(
        "Break a project down into tasks",
        "break-down",
        ["Project", "What is to be done"],
        ["--description"],
      ),
      command("Whom to give a task", "recommend-assignees", ["Project", "Task"]),
      command("How complex a project is", "assess-complexity", ["Project"]),
      command("What could go wrong", "assess-risks", ["Project"]),
    ],
  ],
  [
    "Tasks",
    [
      command("New task", "create-task", ["Project", "Title"], ["--title"]),
      command("Assign a task", "assign-task", ["Project", "Task", "To whom (id)"], ["--user-id"]),
      command(
        "Change the status of a task",
        "update-task",
        ["Project", "Task", "Status (open, in_progress, blocked, done, cancelled)"],
        ["--status"],
      ),
      command("Tasks of a project", "list-tasks", ["Project"]),
    ],
  ],
  [
    "Security tests, all of which should fail",
    [
      { title: "Replay a sign-in", run: () => securityTests("replay") },
      { title: "Use my session from elsewhere", run: () => securityTests("elsewhere") },
      { title: "Call what my role may not", run: () => securityTests("role") },
      command("My session", "current-session"),
    ],
  ],
];

/** Asks until the user leaves. */
export async function menu(prompt: Prompt, doors: Doors): Promise<void> {
  const groups = choices(doors);
  const list = groups.flatMap(([, group]) => group);
  for (;;) {
    for (const [title, group] of groups) {
      heading(title);
      for (const choice of group)
        line({ text: String(list.indexOf(choice) + 1).padStart(4), width: 4 }, { text: choice.title });
    }
    console.log();
    line({ text: "   0", width: 4 }, { text: "Leave" });
    const answer = await prompt.ask("\nYour choice");
    if (answer === "0" || answer === "") return;
    const choice = list[Number(answer) - 1];
    if (choice) await carryOut(choice, prompt);
    else line({ text: `There is no ${JSON.stringify(answer)}.` });
  }
}

async function carryOut({ asks = [], run }: Choice, prompt: Prompt): Promise<void> {
  try {
    const answers: string[] = [];
    for (const question of asks) answers.push(await prompt.ask(question));
    await run(...answers);
  } catch (error) {
    explain(error);
  }
}
