// The menu of a client that was started without a command: what most people want, by number.
import { heading, line } from "../terminal.ts";
import type { Prompt } from "./prompt.ts";
import { explain, runCommand } from "./run.ts";

interface Choice {
  readonly title: string;
  /** What is asked for first, each as it stands behind the command. */
  readonly asks?: readonly string[];
  readonly run: (...answers: string[]) => Promise<unknown>;
}

export interface Doors {
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  readonly securityTests: () => Promise<unknown>;
}

const choices = ({ signIn, signOut, securityTests }: Doors): readonly Choice[] => [
  { title: "Sign in", run: signIn },
  { title: "My session", run: () => runCommand("current-session", []) },
  { title: "My projects", run: () => runCommand("list-projects", []) },
  { title: "New project", asks: ["Name"], run: (name) => runCommand("create-project", ["--name", name!]) },
  { title: "Tasks of a project", asks: ["Project"], run: (id) => runCommand("list-tasks", [id!]) },
  {
    title: "New task",
    asks: ["Project", "Title"],
    run: (id, title) => runCommand("create-task", [id!, "--title", title!]),
  },
  { title: "Schedule of a project", asks: ["Project"], run: (id) => runCommand("read-schedule", [id!]) },
  {
    title: "How complex is a project?",
    asks: ["Project"],
    run: (id) => runCommand("assess-complexity", [id!]),
  },
  { title: "What could go wrong?", asks: ["Project"], run: (id) => runCommand("assess-risks", [id!]) },
  { title: "Security tests, all of which should fail", run: securityTests },
  { title: "Sign out", run: signOut },
];

/** Asks until the user leaves. */
export async function menu(prompt: Prompt, doors: Doors): Promise<void> {
  const list = choices(doors);
  for (;;) {
    heading("Taskward");
    for (const [at, { title }] of list.entries()) {
      line({ text: String(at + 1).padStart(4), width: 4 }, { text: title });
    }
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
