// One request of an operation, as data: what a test sends, and how.
import { reasonsOf } from "../../../src/api/implied-reasons.ts";
import type { Operation } from "../../../src/api/operation.ts";
import { randomId } from "../../../src/protocol/random.ts";
import type { Reason } from "../../../src/schema/reason.ts";
import { type Opened, open } from "../harness/envelope.ts";
import type { Person } from "../harness/people.ts";
import { newAddress, type Sending, send } from "../harness/worker.ts";

/** Refusals that were met and that the operation's contract, and so its document, does not list. */
export const unlisted = new Set<string>();

export interface Shot {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly if_match?: string;
  /** Where the body is signed. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose account it is about, where neither caller nor reply says. */
  readonly whose?: string | null;
  /** Puts the caller back to where they were, after a success. */
  readonly restore?: (body: unknown) => Promise<unknown> | unknown;
}

/** A request with all that its operation takes, and ids that nobody has. */
export function madeUp(operation: Operation): Shot {
  const params: Record<string, string> = {};
  for (const [, name] of operation.path.matchAll(/\{\+?(\w+)\}/g)) params[name!] = madeUpParam(name!);
  return {
    params,
    ...(operation.body && { body: operation.example }),
    ...(operation.if_match && { if_match: '"v1"' }),
  };
}

function madeUpParam(name: string): string {
  const prefixes: Record<string, string> = {
    project_id: "prj_",
    task_id: "tsk_",
    user_id: "usr_",
    session_id: "ses_",
    token_id: "tok_",
    comment_id: "cmt_",
    plan_id: "pln_",
    worker_id: "wrk_",
    principal_id: "usr_",
    key_id: "key_",
    webhook_id: "whk_",
    delivery_id: "msg_",
    block_id: "blk_",
    integration_id: "int_",
    failure_id: "ind_",
  };
  const others: Record<string, string> = {
    integration: `twi_1.k1.main.${randomId("int_")}.${"A".repeat(43)}`,
    permission: "task:create",
    ...{ workspace: "nowhere" },
    ...{ level: "0", path: "x999/999", entry: "999999999" },
  };
  const other = others[name];
  if (other) return other;
  const prefix = prefixes[name];
  if (!prefix) throw new Error(`no made-up value for the parameter ${name}`);
  return randomId(prefix);
}

export function pathOf(operation: Operation, { params = {}, query = {} }: Shot): string {
  const path = operation.path.replaceAll(/\{(\+?)(\w+)\}/g, (_, plus: string, name: string) =>
    plus === "" ? encodeURIComponent(params[name]!) : params[name]!,
  );
  const search = new URLSearchParams(query).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** Sends it as that person; null for nobody, from an address of their own. `more` wins. */
export async function shoot(
  operation: Operation,
  shot: Shot,
  as: Person | null,
  more: Sending = {},
): Promise<Opened> {
  const sending: Sending = {
    method: operation.method,
    ...(shot.body !== undefined && { json: shot.body }),
    ...more,
    headers: { ...(shot.if_match && { "If-Match": shot.if_match }), ...shot.headers, ...more.headers },
  };
  const path = pathOf(operation, shot);
  const address = newAddress();
  const opened = await open(as ? await as.send(path, sending) : await send(path, { address, ...sending }));
  const { reason } = opened;
  if (reason && !reasonsOf(operation).includes(reason as Reason)) unlisted.add(`${operation.path} ${reason}`);
  return opened;
}
