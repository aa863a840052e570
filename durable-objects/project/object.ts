// One project: members, tasks and dependencies. Membership and ownership are checked here, at the gate,
// in the transaction that writes.

import type { Happening } from "../../src/audit/event.ts";
import type { Env } from "../../src/config.ts";
import type { Member } from "../../src/schema/account.ts";
import type { NewPlan } from "../../src/schema/messages/breakdown.ts";
import type {
  HookEffect,
  IntegrationChange,
  NewIntegration,
  NewSecret,
} from "../../src/schema/messages/hook.ts";
import type { Batch, Departure, ProjectBatch, Receipt } from "../../src/schema/messages/outbox.ts";
import type {
  ChangePage,
  NewProject,
  NewTask,
  ProjectRpc,
  TaskChange,
  TaskFilter,
  VersionedChange,
} from "../../src/schema/messages/project.ts";
import type { Actor, PagePosition } from "../../src/schema/messages/request.ts";
import { STREAM_HEADER, type StreamRequest } from "../../src/schema/messages/stream.ts";
import type { PlanTask } from "../../src/schema/plan.ts";
import type { PlannedTask } from "../../src/schema/project.ts";
import type { BreakdownProposal } from "../../src/schema/proposal.ts";
import type { Result } from "../../src/schema/result.ts";
import { ship } from "../destination.ts";
import { earliest } from "../earliest.ts";
import { takeOnce } from "../inbox.ts";
import { AUDIT } from "../logged-object.ts";
import { SHIP_DELAY_MS } from "../shipping.ts";
import { WebhookOwner } from "../webhooks/owner.ts";
import { WebhookRegistry } from "../webhooks/registry.ts";
import webhooks from "../webhooks/schema.sql";
import { Breakdowns } from "./breakdowns.ts";
import { Broadcast } from "./broadcast.ts";
import { Claims } from "./claims.ts";
import { Comments } from "./comments.ts";
import { Delivery } from "./delivery.ts";
import { ExternalStore } from "./external-store.ts";
import { Feed } from "./feed.ts";
import { FeedStore } from "./feed-store.ts";
import type { FilingStore } from "./filing-store.ts";
import { Gate, READABLE } from "./gate.ts";
import { HookEffects } from "./hook-effects.ts";
import { Indexes, WORKSPACE } from "./indexes.ts";
import { Integrations } from "./integrations.ts";
import { Leases } from "./leases.ts";
import { Life } from "./life.ts";
import { LEFT_BY, Members } from "./members.ts";
import { Plan } from "./plan.ts";
import { PlanReadings } from "./plan-readings.ts";
import { PlanStore } from "./plan-store.ts";
import schema from "./schema.sql";
import { ProjectStore } from "./store.ts";
import { Streams } from "./streams.ts";
import { TaskRules } from "./task-rules.ts";
import { TaskStore } from "./task-store.ts";
import { Tasks } from "./tasks.ts";
import { WorkIndex } from "./work-index.ts";

/** Webhook endpoints of one project, those of its workspace apart. */
const ENDPOINTS_MAX = 20;

export class Project extends WebhookOwner implements ProjectRpc {
  readonly #store: ProjectStore;
  readonly #rules: TaskRules;
  readonly #tasks: Tasks;
  readonly #filing: FilingStore;
  readonly #plan: Plan;
  readonly #leases: Leases;
  readonly #gate: Gate;
  readonly #claims: Claims;
  readonly #feed: Feed;
  readonly #delivery: Delivery;
  readonly #streams: Streams;
  readonly #indexes: Indexes;
  readonly #work: WorkIndex;
  readonly #members: Members;
  readonly #life: Life;
  readonly #comments: Comments;
  readonly #broadcast: Broadcast;
  protected override readonly endpoints: WebhookRegistry;
  readonly #integrations: Integrations;
  readonly #hook_effects: HookEffects;
  #alarm_is_ringing = false;
  readonly #breakdowns: Breakdowns;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { name: "project", script: schema, shared: { webhooks } });
    this.#store = new ProjectStore(this.sql);
    this.#feed = new Feed(new FeedStore(this.sql));
    const plan = new PlanStore(this.sql);
    const readings = new PlanReadings(plan);
    const tasks = new TaskStore(
      this.sql,
      () => this.id,
      (id) => readings.keep(id),
    );
    this.#filing = tasks.filing;
    this.#rules = new TaskRules(this.sql);
    this.#leases = new Leases(this.surface(), tasks);
    this.#gate = new Gate(this.surface(), this.#store, this.#leases);
    this.#delivery = new Delivery(this.#feed);
    this.#streams = new Streams(ctx, this.surface(), this.#gate, this.#feed, this.#delivery);
    this.#tasks = new Tasks(this.surface(), {
      gate: this.#gate,
      project: this.#store,
      store: tasks,
      rules: this.#rules,
      leases: this.#leases,
    });
    this.#claims = new Claims(this.#gate, this.#leases, tasks, this.#rules, this.sql);
    this.#indexes = new Indexes(this.surface(), this.#store);
    this.#work = new WorkIndex(this.surface());
    this.#members = new Members(this.surface(), this.#store, this.#gate, this.#indexes, this.#leases);
    const external = new ExternalStore(this.sql);
    this.#integrations = new Integrations(this.surface(), this.#store, this.#gate, external);
    this.#life = new Life(this.surface(), {
      store: this.#store,
      gate: this.#gate,
      indexes: this.#indexes,
      members: this.#members,
      integrations: this.#integrations,
    });
    this.#comments = new Comments(this.#gate, this.#store, this.#rules, this.sql);
    this.#hook_effects = new HookEffects(this.#gate, this.#tasks, this.#comments, tasks, external);
    this.#breakdowns = new Breakdowns(this.surface(), this.#gate, this.#store, this.#tasks);
    this.#plan = new Plan(this.#store, plan, readings, this.#tasks, this.#gate);
    this.#broadcast = new Broadcast(this.surface(), this.#feed, () => this.outbox.source().incarnation);
    this.endpoints = new WebhookRegistry(this.surface(), {
      endpoints_max: ENDPOINTS_MAX,
      project_id: () => this.id,
      read: (actor, work) => this.#gate.read(actor, "project:update", work),
      change: (actor, type, created_id, work) =>
        this.#gate.change(actor, "project:update", type, work, READABLE, created_id),
      serve: (id, filter) => this.#broadcast.serve(id, filter),
    });
  }

  create(actor: Actor, project: NewProject) {
    return this.#life.create(actor, project);
  }

  async read(actor: Actor) {
    const counts = () => this.#rules.tally.counts(this.now());
    return this.#life.read(actor, counts);
  }

  update(actor: Actor, change: { name?: string; description?: string }, version: number | null) {
    return this.#life.update(actor, change, version);
  }

  delete(actor: Actor, version: number | null) {
    return this.#life.delete(actor, version);
  }

  archive(actor: Actor) {
    return this.#life.move(actor, "archive", null);
  }

  restore(actor: Actor) {
    return this.#life.move(actor, "restore", null);
  }

  transfer(actor: Actor, to: Omit<Member, "role"> | null, because?: string) {
    return this.#life.transfer(actor, to, because);
  }

  async members(actor: Actor) {
    return this.#members.list(actor);
  }

  setMember(actor: Actor, member: Member, is_known = true) {
    return this.#members.set(actor, member, is_known);
  }

  removeMember(actor: Actor, user_id: string) {
    return this.#members.remove(actor, user_id);
  }

  async eraseMember(user_id: string, how: Departure = "erased"): Promise<void> {
    while (this.isCreated && this.transact((now_ms) => this.#members.erase(user_id, how, now_ms)) === "more");
  }

  createIntegration(actor: Actor, integration: NewIntegration) {
    return this.#integrations.create(actor, integration);
  }

  async integrations(actor: Actor, limit: number, after: PagePosition | null) {
    return this.#integrations.page(actor, limit, after);
  }

  async integration(actor: Actor, id: string) {
    return this.#integrations.read(actor, id);
  }

  updateIntegration(actor: Actor, id: string, change: IntegrationChange, version: number | null) {
    return this.#integrations.update(actor, id, change, version);
  }

  rotateIntegration(actor: Actor, id: string, secret: NewSecret, overlap_ms: number) {
    return this.#integrations.rotate(actor, id, secret, overlap_ms);
  }

  deleteIntegration(actor: Actor, id: string) {
    return this.#integrations.delete(actor, id);
  }

  applyHook(actor: Actor, effects: readonly HookEffect[]) {
    return this.#hook_effects.apply(actor, effects);
  }

  createTask(actor: Actor, fields: NewTask) {
    return this.#tasks.create(actor, fields);
  }

  createTasks(actor: Actor, plan: readonly PlannedTask[]) {
    return this.#tasks.createPlan(actor, plan, (task) => task);
  }

  async openWork(actor: Actor) {
    return this.#plan.openWork(actor);
  }

  async exportPlan(actor: Actor) {
    return this.#plan.document(actor);
  }

  importPlan(actor: Actor, plan: readonly PlanTask[]) {
    return this.#plan.create(actor, plan);
  }

  async planningText(actor: Actor) {
    return this.#breakdowns.text(actor);
  }

  savePlan(actor: Actor, plan: NewPlan) {
    return this.#breakdowns.save(actor, plan);
  }

  async plans(actor: Actor) {
    return this.#breakdowns.list(actor);
  }

  async plan(actor: Actor, plan_id: string, version: number | null, compare_with: number | null) {
    return this.#breakdowns.read(actor, plan_id, version, compare_with);
  }

  editPlan(actor: Actor, plan_id: string, proposal: BreakdownProposal, version: number | null) {
    return this.#breakdowns.edit(actor, plan_id, proposal, version);
  }

  applyPlan(actor: Actor, plan_id: string, version: number) {
    return this.#breakdowns.apply(actor, plan_id, version);
  }

  async task(actor: Actor, task_id: string) {
    return this.#tasks.read(actor, task_id);
  }

  async tasks(actor: Actor, filter: TaskFilter, limit: number, after: PagePosition | null) {
    return this.#tasks.page(actor, filter, limit, after);
  }

  updateTask(actor: Actor, task_id: string, change: TaskChange, version: number | null) {
    return this.#shipTo(this.#tasks.update(actor, task_id, change, version), actor.principal_id);
  }

  updateTasks(actor: Actor, changes: readonly VersionedChange[]) {
    return this.#shipTo(this.#tasks.updateMany(actor, changes), actor.principal_id);
  }

  deleteTask(actor: Actor, task_id: string, version: number | null) {
    return this.#shipTo(this.#tasks.delete(actor, task_id, version), actor.principal_id);
  }

  assignTask(actor: Actor, task_id: string, user_id: string | null) {
    const assigned = this.#tasks.assign(actor, task_id, user_id);
    return this.#shipTo(assigned, actor.principal_id, user_id ?? actor.principal_id);
  }

  /** An upgrade, handed on by a Worker that has admitted the caller. */
  override async fetch(request: Request): Promise<Response> {
    const opened = await this.#streams.open(JSON.parse(request.headers.get(STREAM_HEADER)!) as StreamRequest);
    if (!opened.ok) return Response.json(opened.refusal);
    return new Response(null, { status: 101, webSocket: opened.value });
  }

  override async webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    this.#streams.message(socket, message);
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    this.#streams.gone(socket);
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    this.#streams.gone(socket);
  }

  async closeStreams(ids: readonly string[]): Promise<void> {
    this.#streams.close(ids);
  }

  async openStreams(ids: readonly string[]): Promise<readonly string[]> {
    return this.#streams.held(ids);
  }

  async comments(actor: Actor, task_id: string, limit: number, after: PagePosition | null) {
    return this.#comments.page(actor, task_id, limit, after);
  }

  createComment(actor: Actor, task_id: string, text: string) {
    return this.#comments.create(actor, task_id, text);
  }

  deleteComment(actor: Actor, task_id: string, comment_id: string) {
    return this.#comments.delete(actor, task_id, comment_id);
  }

  async changes(actor: Actor, after: number | null, limit: number): Promise<Result<ChangePage>> {
    const page = () => this.#feed.page(after, limit);
    return this.#gate.read(actor, "project:read", () => this.#gate.read(actor, "task:read", page));
  }

  async activity(actor: Actor, task_id: string, limit: number, before: PagePosition | null) {
    const page = () => this.#feed.activity(task_id, limit, before === null ? null : Number(before));
    return this.#gate.read(actor, "task:read", page);
  }

  claimTask(actor: Actor, task_id: string, lease_seconds: number) {
    return this.#shipTo(this.#claims.claim(actor, task_id, lease_seconds), actor.principal_id);
  }

  claimBest(actor: Actor, lease_seconds: number, skills: readonly string[] | null) {
    return this.#shipTo(this.#claims.claimBest(actor, lease_seconds, skills), actor.principal_id);
  }

  async taskAndWorkers(actor: Actor, task_id: string) {
    return this.#claims.taskAndWorkers(actor, task_id, () => this.#store.members());
  }

  renewTask(actor: Actor, task_id: string, fencing_token: number, lease_seconds: number) {
    return this.#claims.renew(actor, task_id, fencing_token, lease_seconds);
  }

  releaseTask(actor: Actor, task_id: string, fencing_token: number) {
    return this.#shipTo(this.#claims.release(actor, task_id, fencing_token), actor.principal_id);
  }

  completeTask(actor: Actor, task_id: string, fencing_token: number, result: string | null) {
    return this.#shipTo(this.#claims.complete(actor, task_id, fencing_token, result), actor.principal_id);
  }

  async receive(batch: ProjectBatch): Promise<Receipt> {
    if (!this.isCreated) return { next_sequence: batch.first_sequence, gone: true };
    return this.transact(() =>
      takeOnce(this.sql, batch, (entry) => {
        if (entry.kind === "webhook_status") this.endpoints.heed(entry);
        else if (entry.kind === "subscription") this.#broadcast.subscribe(entry);
      }),
    );
  }

  /** Tells these people before the answer: their list of work, and their load, are then as it says. */
  async #shipTo<Value>(changing: Promise<Result<Value>>, ...principal_ids: string[]): Promise<Result<Value>> {
    const changed = await changing;
    if (changed.ok) await this.#indexes.ship(...principal_ids);
    return changed;
  }

  /** Whatever is audited is a change of the project: it gets its number here, and concerns those whose work it is. */
  protected override audit(happening: Happening): string {
    this.#delivery.begin();
    const event_id = super.audit(happening);
    this.#work.tell();
    this.#feed.record(event_id, happening);
    return event_id;
  }

  /** What is committed is delivered: once for all changes of a turn, before any of them is answered. */
  protected override transact<Value>(work: (now_ms: number) => Value): Value {
    const value = super.transact(work);
    if (this.isCreated) this.#streams.deliverSoon();
    return value;
  }

  override async alarm(): Promise<void> {
    this.#alarm_is_ringing = true;
    try {
      // Whoever listens waits for nobody to whom something is shipped.
      await Promise.all([super.alarm(), this.isCreated && this.#streams.renew()]);
    } finally {
      this.#alarm_is_ringing = false;
    }
    if (!this.isCreated) return;
    const untold_ms = await this.#tellEndpoints();
    if (!this.#life.isOver() || this.outbox.destinations().length > 0 || untold_ms !== null) return;
    if (this.endpoints.store.count() > 0) return this.transact((now_ms) => this.endpoints.close(now_ms));
    await this.destroyObject();
  }

  protected override async ship(): Promise<number | null> {
    if (!this.isCreated) return null;
    const [retry_ms] = await Promise.all([super.ship(), this.#tellEndpoints()]);
    return retry_ms;
  }

  /** Answers when those who have not heard all are to be told, or null; the alarm sees to it, never at once again. */
  async #tellEndpoints(): Promise<number | null> {
    await this.#broadcast.run();
    const untold_ms = this.#broadcast.nextDue();
    if (untold_ms !== null) this.wakeBy(Math.max(untold_ms, Date.now() + SHIP_DELAY_MS));
    return untold_ms;
  }

  protected override housekeep(now_ms: number): void {
    this.#leases.settle(now_ms);
    this.#feed.housekeep(now_ms, this.#broadcast.untoldFrom());
    this.#breakdowns.housekeep(now_ms);
    this.#life.announceErasure(now_ms);
  }

  protected override nextHousekeeping(): number | null {
    const parts_ms = [
      this.#leases.nextExpiry(),
      this.#feed.nextDue(this.#broadcast.untoldFrom()),
      this.#breakdowns.nextDue(),
      this.#life.nextDue(),
    ];
    // While it rings, whoever is behind is told at its end.
    const untold_ms = this.#alarm_is_ringing ? null : this.#broadcast.nextDue();
    return earliest(this.#streams.nextDue(), untold_ms, ...parts_ms);
  }

  protected override rolledBack(): void {
    this.#feed.rolledBack();
    this.#leases.forget();
    this.#filing.forget();
    this.#store.forget();
  }

  protected override async send(destination: string, batch: Batch<never>): Promise<Receipt> {
    if (destination === AUDIT) return this.sendAudit(batch);
    if (destination.startsWith(LEFT_BY))
      return this.#members.clearUpAfter(destination.slice(LEFT_BY.length), batch);
    return ship(this.env, destination === WORKSPACE ? this.workspace : destination, batch);
  }
}
