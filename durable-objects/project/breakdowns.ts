// Plans of a project before they are tasks: kept for a while, edited version by version, and applied once, all tasks or
// none. An applied plan is a record: it changes no more, and applying it again changes nothing.
import { randomId } from "../../src/protocol/random.ts";
import {
  PLAN_BYTES_MAX,
  PLAN_MS_MAX,
  PLAN_VERSIONS_MAX,
  PLANS_MAX,
  type PlanSummary,
} from "../../src/schema/breakdown.ts";
import type {
  Application,
  AppliedPlan,
  ComparedPlan,
  NewPlan,
  PlanningText,
  StoredPlan,
} from "../../src/schema/messages/breakdown.ts";
import type { Actor, Changed } from "../../src/schema/messages/request.ts";
import { isLabel, type PlannedTask } from "../../src/schema/project.ts";
import type { BreakdownProposal, ProposedTask } from "../../src/schema/proposal.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import { toIso } from "../../src/schema/text.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { type Applied, BreakdownStore } from "./breakdown-store.ts";
import type { Gate } from "./gate.ts";
import type { ProjectStore } from "./store.ts";
import type { Tasks } from "./tasks.ts";

const SKILLS_TOLD_MAX = 100;

export class Breakdowns {
  readonly #object: ObjectSurface;
  readonly #gate: Gate;
  readonly #project: ProjectStore;
  readonly #tasks: Tasks;
  readonly #store: BreakdownStore;

  constructor(object: ObjectSurface, gate: Gate, project: ProjectStore, tasks: Tasks) {
    this.#object = object;
    this.#gate = gate;
    this.#project = project;
    this.#tasks = tasks;
    this.#store = new BreakdownStore(object.sql, () => project.project().id);
  }

  text(actor: Actor): Result<PlanningText> {
    return this.#gate.read(actor, "task:create", () => {
      const { name, description, status } = this.#project.project();
      if (status !== "active") return refuse("conflict", { detail: `the project is ${status}` });
      return ok({ name, description, skills: this.#store.skills(SKILLS_TOLD_MAX) });
    });
  }

  list(actor: Actor): Result<readonly PlanSummary[]> {
    return this.#gate.read(actor, "task:read", () => ok(this.#store.plans(this.#object.now())));
  }

  read(actor: Actor, id: string, version: number | null, compare_with: number | null): Result<ComparedPlan> {
    return this.#gate.read(actor, "task:read", () => {
      const now_ms = this.#object.now();
      const plan = this.#store.plan(id, version, now_ms);
      const other = compare_with === null ? null : this.#store.plan(id, compare_with, now_ms);
      if (!plan || (compare_with !== null && !other)) return refuse("not_found");
      const compared = other && { version: other.summary.version, proposal: other.proposal };
      return ok({ plan, compared });
    });
  }

  save(actor: Actor, plan: NewPlan): Promise<Result<Changed<StoredPlan>>> {
    return this.#gate.change(actor, "task:create", "plan.proposed", (now_ms) => {
      const id = randomId("pln_");
      const full = this.#checkSize(plan.proposal);
      if (full) return full;
      this.#store.forget(now_ms, PLANS_MAX - 1);
      this.#store.insert(id, plan, actor.principal_id, now_ms, now_ms + PLAN_MS_MAX);
      this.#addVersion(id, plan.proposal, now_ms);
      const details = { provider: plan.provider, tasks: plan.proposal.tasks.length };
      return ok({ value: this.#store.plan(id, null, now_ms)!, details, targets: [id] });
    });
  }

  edit(
    actor: Actor,
    id: string,
    proposal: BreakdownProposal,
    version: number | null,
  ): Promise<Result<Changed<ComparedPlan>>> {
    return this.#gate.change(actor, "task:create", "plan.edited", (now_ms) => {
      const before = this.#current(id, version, now_ms);
      if (!before.ok) return before;
      if (before.value.summary.applied_at !== null) {
        return refuse("conflict", {
          detail: "the plan is applied: change its tasks, or ask for another plan",
        });
      }
      const full = this.#checkSize(proposal);
      if (full) return full;
      this.#addVersion(id, proposal, now_ms);
      const plan = this.#store.plan(id, null, now_ms)!;
      const compared = { version: before.value.summary.version, proposal: before.value.proposal };
      const details = { version: plan.summary.version, tasks: proposal.tasks.length };
      return ok({ value: { plan, compared }, details, targets: [id] });
    });
  }

  async apply(actor: Actor, id: string, version: number): Promise<Result<Application>> {
    let earlier: Application | null = null;
    const changed = await this.#gate.change<AppliedPlan>(actor, "task:create", "plan.applied", (now_ms) => {
      const plan = this.#current(id, version, now_ms);
      if (!plan.ok) return plan;
      const done = this.#store.applied(id);
      if (done !== null) {
        earlier = { value: this.#appliedOf(done), event_id: this.#store.eventOf(done.tasks[0]!.id) };
        return UNCHANGED;
      }
      const { tasks } = plan.value.proposal;
      const created = this.#tasks.createAll(actor, tasks.map(plannedOf), now_ms);
      if (!created.ok) return created;
      const ids = created.value.map((task) => task.id);
      const applied = { at_ms: now_ms, tasks: tasks.map(({ ref }, at) => ({ ref, id: ids[at]! })) };
      this.#store.saveApplied(id, applied, now_ms + PLAN_MS_MAX);
      const details = { plan: id, version: plan.value.summary.version, tasks: ids.length };
      return ok({ value: this.#appliedOf(applied), details, tasks: ids });
    });
    return earlier === null ? changed : ok(earlier);
  }

  housekeep(now_ms: number): void {
    const end_ms = this.nextDue();
    if (end_ms !== null && end_ms <= now_ms) this.#store.forget(now_ms, PLANS_MAX);
  }

  nextDue(): number | null {
    return this.#store.nextEnd();
  }

  /** The newest version, where it is the one that the caller has seen. */
  #current(id: string, version: number | null, now_ms: number): Result<StoredPlan> {
    const plan = this.#store.plan(id, null, now_ms);
    if (!plan) return refuse("not_found");
    return version === null || version === plan.summary.version ? ok(plan) : refuse("stale_version");
  }

  #addVersion(id: string, proposal: BreakdownProposal, now_ms: number): void {
    this.#store.addVersion(id, proposal, now_ms, now_ms + PLAN_MS_MAX, PLAN_VERSIONS_MAX);
  }

  #checkSize(proposal: BreakdownProposal) {
    const bytes = new TextEncoder().encode(JSON.stringify(proposal)).byteLength;
    return bytes <= PLAN_BYTES_MAX
      ? null
      : refuse("quota_exceeded", { detail: `at most ${PLAN_BYTES_MAX} bytes in a plan` });
  }

  #appliedOf({ at_ms, tasks }: Applied): AppliedPlan {
    const exists = (id: string): boolean => this.#tasks.exists(id);
    return { applied_at: toIso(at_ms), tasks: tasks.map((task) => ({ ...task, exists: exists(task.id) })) };
  }
}

const UNCHANGED = refuse("conflict");

/** The phase becomes a label, where it can be one. */
function plannedOf({ phase, ...task }: ProposedTask): PlannedTask {
  const label = phase.toLowerCase();
  return {
    ...task,
    labels: isLabel(label) ? [label] : [],
    parent: null,
    priority: "normal",
    due_at: null,
  };
}
