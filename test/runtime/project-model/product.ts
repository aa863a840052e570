// The product under test: one project object, asked as the Worker asks it, and its rows.
import { permissionSet } from "../../../src/domain/role.ts";
import { randomId } from "../../../src/protocol/random.ts";
import type { ProjectRpc } from "../../../src/schema/messages/project.ts";
import type { Actor } from "../../../src/schema/messages/request.ts";
import type { Task } from "../../../src/schema/project.ts";
import type { Result } from "../../../src/schema/result.ts";
import { evict, inside, objectOf } from "../harness/objects.ts";
import { env } from "../harness/worker.ts";
import { PEOPLE, type Who } from "./commands.ts";
import type { Sent } from "./rules.ts";
import { newWorld, ROLES } from "./world.ts";

/** Never opened as a workspace: whatever the project ships is gone. */
const WORKSPACE = "model";
const PEOPLE_IDS = Object.fromEntries(PEOPLE.map((who) => [who, randomId("usr_")])) as Record<Who, string>;
const WHO = new Map(PEOPLE.map((who) => [PEOPLE_IDS[who], who]));
export const whoIs = (id: string | null): Who | null => (id === null ? null : WHO.get(id)!);

export interface Answer {
  readonly outcome: string;
  readonly made: readonly string[];
  readonly event_id: string | null;
}

export interface StoredTask extends Record<string, SqlStorageValue> {
  id: string;
  status: string;
  assigned_to: string | null;
  lease_expires_at_ms: number | null;
  fencing_token: number;
  blocked_by: number;
  version: number;
  waits_for: string;
}

const actorOf = (who: Who): Actor => ({
  workspace: WORKSPACE,
  principal_id: PEOPLE_IDS[who],
  username: who,
  roles: [ROLES[who]],
  permissions: permissionSet([ROLES[who]]),
  mfa_enabled: true,
  session_id: "ses_model",
  address: "203.0.113.1",
  request_id: "req_model",
});

const fields = { description: "", estimate: null, skills: [], due_at: null };

export class Product {
  readonly #id = randomId("prj_");
  readonly #name = `${WORKSPACE}/${this.#id}`;
  readonly #rpc = env.PROJECT.getByName(this.#name) as unknown as ProjectRpc;

  async create(): Promise<void> {
    await this.#rpc.create(actorOf("owner"), { id: this.#id, name: "Model", description: "" });
    for (const [who, role] of Object.entries(newWorld(0).members) as [Who, "owner" | "editor"][]) {
      if (role !== "owner") await this.#join("owner", who, role);
    }
  }

  async send({ command, ids, version, versions, token }: Omit<Sent, "made">): Promise<Answer> {
    const rpc = this.#rpc;
    const by = actorOf(command.by);
    const [id = "tsk_none"] = ids;
    switch (command.kind) {
      case "create":
        return answerOf(
          await rpc.createTask(by, {
            ...fields,
            title: "A task",
            depends_on: ids,
            priority: command.priority,
          }),
        );
      case "plan":
        return answerOf(await rpc.createTasks(by, chainOf(command.chain)));
      case "move":
        return answerOf(await rpc.updateTask(by, id, { status: command.status }, version), "ok");
      case "depend":
        return answerOf(await rpc.updateTask(by, id, { depends_on: ids.slice(1) }, null), "ok");
      case "move_both": {
        const change = { status: command.status };
        const changes = ids.map((task_id, index) => ({ task_id, change, version: versions[index]! }));
        return answerOf(await rpc.updateTasks(by, changes), "ok");
      }
      case "delete":
        return answerOf(await rpc.deleteTask(by, id, version), "ok");
      case "assign":
        return answerOf(await rpc.assignTask(by, id, command.to && PEOPLE_IDS[command.to]), "ok");
      case "claim":
        return heldIn(await rpc.claimTask(by, id, command.seconds));
      case "claim_best":
        return heldIn(await rpc.claimBest(by, command.seconds, null));
      case "renew":
        return heldIn(await rpc.renewTask(by, id, token, command.seconds));
      case "release":
        return answerOf(await rpc.releaseTask(by, id, token), "ok");
      case "complete":
        return answerOf(await rpc.completeTask(by, id, token, null), "ok");
      case "join":
        return this.#join(command.by, command.who, command.role);
      case "leave":
        return answerOf(await rpc.removeMember(by, PEOPLE_IDS[command.who]), "ok");
    }
  }

  async #join(by: Who, who: Who, role: "owner" | "editor" | "viewer"): Promise<Answer> {
    return answerOf(
      await this.#rpc.setMember(actorOf(by), { user_id: PEOPLE_IDS[who], username: who, role }),
      "ok",
    );
  }

  /** As the owner reads it, which ends what time has ended; then the rows. */
  async look() {
    const read = await this.#rpc.read(actorOf("owner"));
    if (!read.ok) throw new Error("the owner cannot read the project");
    const feed = await this.#rpc.changes(actorOf("owner"), 0, 100_000);
    if (!feed.ok) throw new Error("the owner cannot read the feed");
    const rows = await inside(objectOf("PROJECT", this.#name), (_, { storage: { sql } }) =>
      sql
        .exec<StoredTask>(
          `SELECT id, status, assigned_to, lease_expires_at_ms, fencing_token, blocked_by, version,
             (SELECT coalesce(group_concat(waits_for, ' '), '') FROM dependency WHERE task_id = id) AS waits_for
           FROM task ORDER BY number`,
        )
        .toArray(),
    );
    return { counts: read.value.counts, changes: feed.value.changes, rows };
  }

  evict(): Promise<void> {
    return evict(objectOf("PROJECT", this.#name));
  }

  /** Rings the alarm. What waits to be shipped is dropped first: it is no part of the model, and slow. */
  ring(): Promise<void> {
    return inside(objectOf("PROJECT", this.#name), (instance, { storage }) => {
      storage.sql.exec("DELETE FROM outbox");
      return (instance as { alarm(): Promise<void> }).alarm();
    });
  }
}

const chainOf = (length: number) =>
  Array.from({ length }, (_, n) => ({
    ...fields,
    ref: `t${n}`,
    title: `Task ${n}`,
    depends_on: n === 0 ? [] : [`t${n - 1}`],
    priority: "normal" as const,
    labels: [],
    parent: null,
  }));

type Made = Task | readonly Task[] | object | null;

function answerOf(result: Result<{ value: Made; event_id: string }>, made?: "ok"): Answer {
  if (!result.ok) return { outcome: result.refusal.reason, made: [], event_id: null };
  const { value, event_id } = result.value;
  const tasks = made ? [] : ([value].flat() as Task[]);
  return { outcome: "ok", made: tasks.map(({ id }) => id), event_id };
}

function heldIn(
  result: Result<{
    value: { task: Task | null; lease: { fencing_token: number } | null };
    event_id: string | null;
  }>,
): Answer {
  if (!result.ok) return { outcome: result.refusal.reason, made: [], event_id: null };
  const { value, event_id } = result.value;
  const { task, lease } = value;
  return { outcome: task ? `ok ${task.id} ${lease!.fencing_token}` : "nothing", made: [], event_id };
}
