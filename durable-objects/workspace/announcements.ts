// Makes the workspace's webhook endpoints known to its projects, which serve them from their own feeds: some at each
// alarm, so that no request fans out. A project that comes later is told when the workspace first hears of it. What
// changes in between is not lost: a project tells from its feed what changed since the endpoint was made.
import type { ProjectEntry, SubscriptionEntry } from "../../src/schema/messages/outbox.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { WebhookRow, WebhookStore } from "../webhooks/store.ts";
import { AnnouncementStore } from "./announcement-store.ts";

/** The clock of a project's machine may be behind that of the workspace's by less. */
const SKEW_MS = 1_000;
/** Projects that are told in one alarm. */
const CHUNK = 200;

export class Announcements {
  readonly #object: ObjectSurface;
  readonly #webhooks: WebhookStore;
  readonly #store: AnnouncementStore;

  constructor(object: ObjectSurface, webhooks: WebhookStore) {
    this.#object = object;
    this.#webhooks = webhooks;
    this.#store = new AnnouncementStore(object.sql);
  }

  /** It is new, or its filter is. In the caller's transaction. */
  begin(webhook_id: string): void {
    this.#store.begin(webhook_id);
    this.#object.wakeBy(this.#object.now());
  }

  /** In the caller's transaction. */
  end(webhook_id: string): void {
    this.#store.end(webhook_id);
  }

  /** A project that nobody knew yet is told of all there are. In the caller's transaction, before it is listed. */
  welcome({ id: project_id, erased }: ProjectEntry): void {
    if (erased || this.#store.knowsProject(project_id)) return;
    for (const row of this.#webhooks.all()) this.#tell(project_id, row);
  }

  /** Tells the next projects. In the alarm's transaction. */
  goOn(): void {
    for (const { webhook_id, after_project } of this.#store.begun(this.#object.name())) {
      const row = this.#webhooks.find(webhook_id);
      const projects = row ? this.#store.projects(after_project, CHUNK) : [];
      for (const id of projects) this.#tell(id, row!);
      if (projects.length < CHUNK) this.#store.end(webhook_id);
      else this.#store.reached(webhook_id, projects.at(-1)!);
    }
  }

  nextDue(): number | null {
    return this.#store.isAnyBegun() ? this.#object.now() : null;
  }

  #tell(project_id: string, { id, version, event_types, created_at_ms }: WebhookRow): void {
    const about = { webhook_id: id, version, event_types, since_ms: created_at_ms - SKEW_MS };
    const entry: SubscriptionEntry = { kind: "subscription", ...about };
    this.#object.append(`${this.#object.name()}/${project_id}`, entry);
  }
}
