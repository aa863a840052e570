// The integrations of a project: its owner decides about them, and each one's own object obeys before the answer, so that
// a suspension, a deletion or another secret holds from the next delivery on.
import type { EventType } from "../../src/schema/event-type.ts";
import type { Integration } from "../../src/schema/integration.ts";
import type {
  IntegrationChange,
  IntegrationOrder,
  NewIntegration,
  NewSecret,
  SecretTimes,
} from "../../src/schema/messages/hook.ts";
import type { Actor, Changed, Page, PagePosition } from "../../src/schema/messages/request.ts";
import { ok, type Result, refuse } from "../../src/schema/result.ts";
import type { ObjectSurface } from "../object-surface.ts";
import { pageOf } from "../page.ts";
import type { ExternalStore } from "./external-store.ts";
import { type Gate, type Outcome, READABLE } from "./gate.ts";
import { type IntegrationRow, IntegrationStore, integrationOf } from "./integration-store.ts";
import type { ProjectStore } from "./store.ts";

const INTEGRATIONS_MAX = 50;
/** Those that still hold after a rotation. */
const SECRETS_MAX = 4;
/** Those of a deleted project are kept, as it is, until it is restored or erased. */
const LISTED = [...READABLE, "deleted"] as const;

type Decided<Value = Integration> = Promise<Result<Changed<Value>>>;

export class Integrations {
  readonly #object: ObjectSurface;
  readonly #project: ProjectStore;
  readonly #gate: Gate;
  readonly #external: ExternalStore;
  readonly #store: IntegrationStore;

  constructor(object: ObjectSurface, project: ProjectStore, gate: Gate, external: ExternalStore) {
    this.#object = object;
    this.#project = project;
    this.#gate = gate;
    this.#external = external;
    this.#store = new IntegrationStore(object.sql);
  }

  create(actor: Actor, { secret, ...fields }: NewIntegration): Decided {
    const { id, kind, role } = fields;
    const decided = this.#gate.change(
      actor,
      "project:update",
      "integration.created",
      (now_ms) => {
        if (this.#store.count() >= INTEGRATIONS_MAX) {
          return refuse("quota_exceeded", {
            detail: `at most ${INTEGRATIONS_MAX} integrations in a project`,
          });
        }
        const times = { created_at_ms: now_ms, updated_at_ms: now_ms };
        const secrets = [{ created_at_ms: now_ms, expires_at_ms: null }];
        const row = { ...fields, ...times, secrets, created_by: actor.principal_id, version: 0 };
        return ok(this.#save({ ...row, status: "active" }, { kind, role }, now_ms, secret));
      },
      ["active"],
      id,
    );
    return this.#obeyed(id, decided);
  }

  read(actor: Actor, id: string): Result<Integration> {
    return this.#gate.read(actor, "project:update", () => {
      const row = this.#store.find(id);
      return row ? ok(this.#view(row)) : refuse("not_found");
    });
  }

  page(actor: Actor, limit: number, after: PagePosition | null): Result<Page<Integration>> {
    const work = () => {
      const rows = this.#store.page(limit, String(after ?? "")).map((row) => this.#view(row));
      return ok(pageOf(rows, limit, ({ id }) => id));
    };
    return this.#gate.read(actor, "project:update", work, LISTED);
  }

  update(actor: Actor, id: string, change: IntegrationChange, version: number | null): Decided {
    const fields = Object.keys(change);
    return this.#change(actor, id, "integration.updated", (row, now_ms) => {
      if (version !== null && version !== row.version) return refuse("stale_version");
      const next = { ...row, ...change };
      if ((next.kind === "hmac") !== (next.hmac !== null)) return refuse("conflict", HMAC_ALONE);
      return ok(this.#save(next, { fields }, now_ms));
    });
  }

  /** The secrets so far hold for a while more, none longer than before. */
  rotate(actor: Actor, id: string, secret: NewSecret, overlap_ms: number): Decided {
    return this.#change(actor, id, "integration.secret_rotated", (row, now_ms) => {
      const until_ms = now_ms + overlap_ms;
      const older = row.secrets
        .map(({ created_at_ms, expires_at_ms }) => ({
          created_at_ms,
          expires_at_ms: Math.min(expires_at_ms ?? until_ms, until_ms),
        }))
        .filter(({ expires_at_ms }) => now_ms < expires_at_ms);
      if (older.length >= SECRETS_MAX) {
        return refuse("quota_exceeded", { detail: `at most ${SECRETS_MAX} secrets hold at once` });
      }
      const made: SecretTimes = { created_at_ms: now_ms, expires_at_ms: null };
      const details = { overlap_seconds: overlap_ms / 1000 };
      const replaced = { ...secret, others_until_ms: until_ms };
      return ok(this.#save({ ...row, secrets: [made, ...older] }, details, now_ms, replaced));
    });
  }

  /** Its tasks and comments stay, under its id. */
  delete(actor: Actor, id: string): Decided<null> {
    return this.#change(actor, id, "integration.deleted", (row, now_ms) => {
      this.#store.delete(id);
      this.#external.forget(id);
      this.#project.forgetRole(id);
      this.#tell({ ...row, version: row.version + 1 }, "deleted", now_ms);
      return ok({ value: null, targets: [id], details: { kind: row.kind } });
    });
  }

  /** The project is gone for good, and so are they. In the caller's transaction. */
  tellErased(now_ms: number): void {
    for (const row of this.#store.page(INTEGRATIONS_MAX, "")) {
      this.#tell({ ...row, version: row.version + 1 }, "deleted", now_ms);
    }
  }

  #change<Value>(
    actor: Actor,
    id: string,
    type: EventType,
    work: (row: IntegrationRow, now_ms: number) => Result<Outcome<Value>>,
  ): Decided<Value> {
    const decided = this.#gate.change(
      actor,
      "project:update",
      type,
      (now_ms) => {
        const row = this.#store.find(id);
        return row ? work(row, now_ms) : refuse("not_found");
      },
      READABLE,
      id,
    );
    return this.#obeyed(id, decided);
  }

  #save(
    before: IntegrationRow,
    details: Outcome<Integration>["details"] & object,
    now_ms: number,
    secret?: NewSecret & { readonly others_until_ms?: number },
  ): Outcome<Integration> {
    const row = { ...before, version: before.version + 1, updated_at_ms: now_ms };
    this.#store.save(row);
    this.#project.forgetRole(row.id);
    this.#tell(row, row.status, now_ms, secret);
    return { value: this.#view(row), targets: [row.id], details };
  }

  #tell(
    { id, version, name, kind, mapping, hmac }: IntegrationRow,
    status: IntegrationOrder["status"],
    at_ms: number,
    secret?: NewSecret & { readonly others_until_ms?: number },
  ): void {
    const project_id = this.#project.project().id;
    const settings = { name, kind, mapping, hmac };
    const order: IntegrationOrder = { kind: "integration", id, version, project_id, status, settings, at_ms };
    const made = secret && { secret: { others_until_ms: at_ms, ...secret } };
    this.#object.append(this.#principal(id), { ...order, ...made });
  }

  /** Waits until the integration's own object has heard of it. */
  async #obeyed<Value>(id: string, deciding: Decided<Value>): Decided<Value> {
    const decided = await deciding;
    if (!decided.ok || (await this.#object.shipNow(this.#principal(id)))) return decided;
    return refuse("unavailable", { detail: "decided, and still on its way to the integration's own record" });
  }

  #view = (row: IntegrationRow): Integration =>
    integrationOf(row, this.#project.project().id, this.#object.now());

  #principal(id: string): string {
    return `${this.#object.workspace()}/${id}`;
  }
}

const HMAC_ALONE = { detail: "settings of the kind hmac go with that kind, and with no other" };
