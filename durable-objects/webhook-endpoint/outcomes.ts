// What an attempt came to: the delivery's fate, the endpoint's health, and whoever is to hear of a change of it, saved
// in one transaction.
import { type Health, healthAfter, isSuccess, retryAt } from "../../src/domain/delivery.ts";
import type { Bucket } from "../../src/domain/token-bucket.ts";
import type { EventType } from "../../src/schema/event-type.ts";
import type { ObjectSurface } from "../object-surface.ts";
import type { AttemptMade } from "./attempt.ts";
import { AttemptStore } from "./attempt-store.ts";
import type { DeliveryRow, DeliveryStore, Fate } from "./delivery-store.ts";
import type { EndpointStore } from "./endpoint-store.ts";
import type { Keys } from "./keys.ts";
import { ownerOf } from "./owner.ts";

/** Where an attempt went, and when. */
interface Begun {
  readonly url: string;
  readonly at_ms: number;
}

export class Outcomes {
  readonly #object: ObjectSurface;
  readonly #endpoint: EndpointStore;
  readonly #deliveries: DeliveryStore;
  readonly #attempts: AttemptStore;
  readonly #keys: Keys;

  constructor(object: ObjectSurface, endpoint: EndpointStore, deliveries: DeliveryStore, keys: Keys) {
    this.#object = object;
    this.#endpoint = endpoint;
    this.#deliveries = deliveries;
    this.#attempts = new AttemptStore(object.sql);
    this.#keys = keys;
  }

  /** In one commit with other attempts that end while one is under way. */
  async save(
    row: DeliveryRow,
    made: AttemptMade,
    { url, at_ms }: Begun,
    bucket: Bucket | undefined,
  ): Promise<void> {
    const { id, attempts } = row;
    const answer = made.answer === "" ? null : await this.#keys.sealAnswer(id, attempts + 1, made.answer);
    const random = crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;
    if (!this.#object.isCreated()) return;
    await this.#object.transactTogether((now_ms) => {
      const present = this.#deliveries.find(id);
      // Ended meanwhile, with its endpoint or by housekeeping.
      if (!present || present.attempts !== attempts) return;
      const { health: before, url: present_url, is_ordered } = this.#endpoint.endpoint();
      // The address that it had before says nothing of the one that it has now, and asks for no time of it.
      const is_there = url === present_url;
      const health = is_there ? healthAfter(before, made, now_ms, random) : before;
      const heard = is_there ? made : { ...made, retry_after_ms: null };
      const fate = fateOf(present, heard, health, now_ms, random);
      const { status: status_code, error } = made;
      const sealed = answer === null ? null : answer.slice().buffer;
      const taken = { number: attempts + 1, at_ms, duration_ms: now_ms - at_ms };
      const attempt = { ...taken, status_code, error, answer: sealed };
      this.#attempts.insert(present.sequence, attempt);
      this.#deliveries.saveAttempt(present.sequence, attempt, fate);
      this.#endpoint.saveAttempt(health, bucket, isSuccess(made) ? now_ms : null);
      if (is_ordered && fate.settled_at_ms !== null && present.task_id !== null) {
        this.#deliveries.promote(present.task_id, now_ms);
      }
      if (health.status !== before.status) this.#changed(before, health, now_ms);
    });
  }

  #changed(before: Health, { status }: Health, now_ms: number): void {
    const { id, project_id, responsible, version } = this.#endpoint.endpoint();
    if (status === "gone") this.#deliveries.giveUpAll("endpoint_gone", now_ms);
    // What was held while it was disabled has waited long enough.
    if (status === "active") this.#deliveries.hurry(now_ms);
    const workspace = this.#object.workspace();
    const type: EventType = status === "active" ? "webhook.recovered" : "webhook.disabled";
    const details = { before: before.status, status };
    this.#object.audit({ type, at_ms: now_ms, by: null, targets: [id], details });
    this.#object.append(ownerOf(workspace, project_id), { kind: "webhook_status", id, version, status });
    if (status === "active") return;
    const told = { webhook_id: id, status, ...(project_id && { project_id }) };
    this.#object.append(`${workspace}/${responsible}`, {
      kind: "notice",
      type,
      at_ms: now_ms,
      details: told,
    });
  }
}

function fateOf(row: DeliveryRow, made: AttemptMade, health: Health, now_ms: number, random: number): Fate {
  const settled = { reason: null, next_attempt_at_ms: now_ms, settled_at_ms: now_ms };
  if (isSuccess(made)) return { ...settled, status: "delivered" };
  if (health.status === "gone") return { ...settled, status: "dead", reason: "endpoint_gone" };
  const next_attempt_at_ms = retryAt(row.tries + 1, made, now_ms, random);
  if (next_attempt_at_ms === null) return { ...settled, status: "dead", reason: "attempts_used_up" };
  // It may have come to wait for an earlier one while it was under way.
  const status = row.status === "waiting" ? "waiting" : "pending";
  return { status, reason: null, next_attempt_at_ms, settled_at_ms: null };
}
