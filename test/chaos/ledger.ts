// What the load was promised: every change that was acknowledged, and whatever was not as it should be. Written by
// the load, read by the checks.
import type { Answer } from "../../src/api/client.ts";

export type Task = Answer<"readTask">["body"]["task"];

export interface Lease {
  readonly task_id: string;
  readonly project_id: string;
  readonly holder: string;
  readonly fencing_token: number;
}

const VIOLATIONS_MAX = 100;

export class Ledger {
  /** Audit event -> what it was the answer of. */
  readonly changes = new Map<string, string>();
  readonly projects = new Map<string, { readonly owner: string }>();
  /** The newest state of each task that anybody was shown as the result of a change. */
  readonly tasks = new Map<string, Task>();
  /** Leases as their holders were given them. */
  readonly leases: Lease[] = [];
  /** Things that integrations were told to have been taken. */
  readonly things = new Map<string, "begun" | "over">();
  /** Checkpoints as anybody has seen them. */
  readonly checkpoints = new Set<string>();
  readonly violations: string[] = [];
  answers = 0;
  /** Asked-for refusals, by reason. */
  readonly refusals = new Map<string, number>();

  acknowledge(what: string, audit_event: string | null, ...tasks: readonly Task[]): void {
    if (audit_event === null) this.violate(`${what} was answered without its audit event`);
    else if (this.changes.has(audit_event))
      this.violate(`${what} has the event of ${this.changes.get(audit_event)}`);
    else this.changes.set(audit_event, what);
    for (const task of tasks) {
      if ((this.tasks.get(task.id)?.version ?? 0) < task.version) this.tasks.set(task.id, task);
    }
  }

  refused(reason: string): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  violate(text: string): void {
    if (this.violations.length < VIOLATIONS_MAX) this.violations.push(text);
  }
}
