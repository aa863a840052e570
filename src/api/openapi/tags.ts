// The groups of operations, in the order in which a reader meets them.
import type { Operation } from "../operation.ts";

export const TAGS: Readonly<Record<Operation["tag"], { title: string; description: string }>> = {
  auth: {
    title: "Sign-in",
    description:
      "Registration, sign-in, second factors, passwords, recovery by e-mail, and what you are told.",
  },
  session: {
    title: "Sessions",
    description: "Where you are signed in, and how to end, renew or strengthen it.",
  },
  people: {
    title: "People",
    description: "Users and their roles, invitations, and workspaces.",
  },
  workers: {
    title: "Workers",
    description: "Programs that work on tasks: what they can do, whether they are there, and their keys.",
  },
  projects: {
    title: "Projects",
    description: "Projects and who works in them. Whoever is no member is not told that a project exists.",
  },
  tasks: {
    title: "Tasks",
    description: "Tasks of a project: what is to be done, by whom, and after what.",
  },
  integrations: {
    title: "Integrations",
    description:
      "What other systems send in: signed webhooks, which a mapping turns into tasks, comments and changes of status.",
  },
  webhooks: {
    title: "Webhooks",
    description:
      "Endpoints that are told of what changes in a project or in all of them, signed as Standard Webhooks says; what became of each delivery, and how to repeat it.",
  },
  ai: {
    title: "Planning",
    description:
      "What rules find in a project's open tasks. No model is asked: every figure can be computed again from the tasks.",
  },
  audit: {
    title: "Audit",
    description: "Who did what, and when. Reading the log is itself audited.",
  },
};
