// The life of a request: rate limit and authentication, admission, validation, the handler, the answer.
// One chain for every operation; what differs between them stands in the operation table.
import type { Context, Hono } from "hono";
import { isChange, type Operation } from "../api/operation.ts";
import { validatorsOf } from "../config/validators.ts";
import { configure, type Env } from "../config.ts";
import type { EventType } from "../schema/event-type.ts";
import { type PolicyText, toText } from "../schema/messages/admission.ts";
import type { Actor, AdmissionPolicy, RateLimitState, RequestContext } from "../schema/messages/request.ts";
import { REASONS } from "../schema/reason.ts";
import { ok, type Refusal, type Result, refuse } from "../schema/result.ts";
import { admitCertificate } from "./admit-certificate.ts";
import { admitHook } from "./admit-hook.ts";
import { admitSession } from "./admit-session.ts";
import { admitSigned } from "./admit-signed.ts";
import { hasCredential } from "./authenticate.ts";
import { noteRefusal } from "./blocks.ts";
import { BODY_BYTES_MAX, readBody } from "./body.ts";
import type { Call, Download, Handler, Inputs, Passage, Passed, Reply, Streamed } from "./call.ts";
import { certifiedAgent } from "./client-certificate.ts";
import { contextOf } from "./context.ts";
import { refusalOf } from "./defect.ts";
import { claimOnce } from "./idempotency.ts";
import { noteRead } from "./reads.ts";
import { answer, download, rawAnswer, refusalResponse, streamResponse } from "./response.ts";
import { noteScreening, screenInputs } from "./screen.ts";
import { acceptSignature, isSigned } from "./signed-request.ts";
import { whileStanding } from "./standing.ts";
import { claimantIn, strangersFor } from "./strangers.ts";
import { etagOf, readIfMatch, readQuery, validate } from "./validate.ts";

export type App = Hono<{ Bindings: Env }>;

/** What an operation demands, and the same as the text that admission takes. */
interface Policy {
  readonly value: AdmissionPolicy;
  readonly text: PolicyText;
}

/** Bodies up to this are read for less than what admission costs. */
const SHORT_BYTES = 4_096;

/** Mounts one operation; the handler runs only once every layer has passed. */
export function mount(app: App, id: string, operation: Operation, handler: Handler<never>): void {
  const value = policyOf(id, operation);
  const policy = { value, text: toText(value) };
  const path = operation.path.replaceAll(/\{(\w+)\}/gu, ":$1").replaceAll(/\{\+(\w+)\}/gu, ":$1{.+}");
  app.on(operation.method, path, (c) => serve(c, operation, policy, handler as Handler<Operation>));
}

async function serve(
  c: Context<{ Bindings: Env }>,
  operation: Operation,
  policy: Policy,
  handler: Handler<Operation>,
): Promise<Response> {
  const context = contextOf(c.req.raw);
  let rate_limit: RateLimitState | null = null;
  try {
    const params = operation.params && validate(operation.params, c.req.param(), "/path");
    const target = params?.ok ? targetOf(params.value as Record<string, string>) : "";
    const passed = await admit(c.req.raw, c.env, operation, policy, context, params, target);
    rate_limit = passed.rate_limit;
    if (!passed.decision.ok) {
      const { refusal } = passed.decision;
      const info = { context, rate_limit };
      turnedAway(c, refusal, context);
      const signable = operation.api_tokens && REASONS[refusal.reason].status === 401;
      return refusalResponse(refusal, info, signable ? [acceptSignature()] : []);
    }
    if (policy.value.is_read) recorded(c, operation.event!, passed.decision.value, target);
    const inputs =
      passed.inputs ?? (await readInputs(c.req.raw, operation, params ?? ok(undefined), passed.body));
    if (!inputs.ok) return refusalResponse(inputs.refusal, { context, rate_limit });
    const { actor, transport, current, received, attempt } = passed.decision.value;
    const defer = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
    const config = configure(c.env);
    const validators = validatorsOf(config);
    const screened = await screenInputs(policy.value.operation, operation, inputs.value, validators);
    if (screened) defer(noteScreening(screened, actor, context, c.env));
    if (screened?.refusal) {
      turnedAway(c, screened.refusal, context);
      return refusalResponse(screened.refusal, { context, rate_limit });
    }
    const claimed = await claimOnce(c.req.raw, policy.value.operation, operation, actor, inputs.value);
    if (!claimed.ok) return refusalResponse(claimed.refusal, { context, rate_limit });
    const done = { ...(received && { received }), ...(attempt && { attempt }) };
    const caller = { actor: claimed.value, transport, current, ...done };
    const call = {
      ...{ operation, request: c.req.raw, ...inputs.value, ...caller },
      ...{ context, config, env: c.env, defer },
    };
    const result = await handler(call as Call<Operation>);
    if (!result.ok) turnedAway(c, result.refusal, context);
    return respond(operation, result, { context, rate_limit }, actor, c.env);
  } catch (defect) {
    return refusalResponse(refusalOf(defect, operation, context), { context, rate_limit });
  }
}

/** Reads are told after the answer, many at once. */
function recorded(c: Context<{ Bindings: Env }>, event: EventType, passed: Passed, target: string): void {
  const telling = noteRead(event, passed, target, c.env);
  if (telling) c.executionCtx.waitUntil(telling);
}

/** What an address is refused for adds up; where that is to be told to its shard, it is told after the answer. */
function turnedAway(c: Context<{ Bindings: Env }>, refusal: Refusal, context: RequestContext): void {
  const report = noteRefusal(refusal, context, c.env);
  if (report) c.executionCtx.waitUntil(report);
}

function respond(
  operation: Operation,
  result: Result<Reply<unknown> | Download | Streamed>,
  info: { context: RequestContext; rate_limit: RateLimitState | null },
  actor: Actor | null,
  env: Env,
): Response {
  if (!result.ok) return refusalResponse(result.refusal, info);
  if ("document" in result.value) return download(whileStanding(result.value, actor, env), info);
  if ("stream" in result.value) return streamResponse(result.value.stream, info);
  const { body, version, event_id, status = operation.reply.status, headers = [] } = result.value;
  const more = [...headers];
  if (version !== undefined) more.push(["ETag", etagOf(version)]);
  if (event_id !== undefined) more.push(["Audit-Event", event_id]);
  const { media_type } = operation.reply;
  if (media_type !== undefined) return rawAnswer(body as Uint8Array<ArrayBuffer>, media_type, more, info);
  return answer(status, status === 204 ? undefined : body, more, info);
}

function admit(
  request: Request,
  env: Env,
  operation: Operation,
  policy: Policy,
  context: RequestContext,
  params: Result<unknown> | undefined,
  target: string,
): Promise<Passage> {
  switch (operation.caller) {
    case "anonymous":
      return admitStranger(request, env, operation, policy, context, params ?? ok(undefined));
    case "integration": {
      // What it asks for is done by admission itself: nothing of its input may be refused after that.
      const query = readQuery(request.url);
      const unknown = query.ok ? noQuery(query.value) : query;
      const inputs = (unknown.ok ? params : unknown) as Result<{ integration: string }>;
      return admitHook(request, env, operation, policy.text, context, inputs);
    }
    case "session": {
      if (isSigned(request)) return admitSigned(request, env, operation, policy.text, context, target);
      const certified = certifiedAgent(request);
      if (certified && !hasCredential(request))
        return admitCertificate(certified, request, env, operation, policy.text, context, target);
      return admitSession(request, env, operation, policy.text, context, target);
    }
  }
}

/** An attempt is counted in the same call, where the body that says on whom is at hand for less than another call. */
async function admitStranger(
  request: Request,
  env: Env,
  operation: Operation,
  policy: Policy,
  context: RequestContext,
  params: Result<unknown>,
): Promise<Passage> {
  const shard = await strangersFor(context.source.address, configure(env), env);
  const inputs =
    operation.counts_attempt && isShort(request)
      ? await readInputs(request, operation, params, undefined)
      : null;
  const claimant = inputs?.ok ? claimantIn(inputs.value.body as Parameters<typeof claimantIn>[0]) : undefined;
  const { rate_limit, refusal, attempt } = await shard.admit(policy.value, context, claimant);
  const decision = refusal
    ? { ok: false as const, refusal }
    : ok<Passed>({ actor: null as never, transport: "bearer", current: null, ...(attempt && { attempt }) });
  return { rate_limit, decision, ...(inputs && { inputs }) };
}

function isShort(request: Request): boolean {
  const length = request.headers.get("Content-Length");
  return length !== null && Number(length) <= SHORT_BYTES;
}

async function readInputs(
  request: Request,
  operation: Operation,
  params: Result<unknown>,
  bytes: Uint8Array | undefined,
): Promise<Result<Inputs>> {
  if (!params.ok) return params;
  const version = operation.if_match ? readIfMatch(request) : ok(null);
  if (!version.ok) return version;
  const raw = readQuery(request.url);
  if (!raw.ok) return raw;
  const query = operation.query ? validate(operation.query, raw.value, "/query") : noQuery(raw.value);
  if (!query.ok) return query;
  if (!operation.body) {
    return ok({ params: params.value, query: query.value, body: undefined, version: version.value });
  }
  const { body_bytes_max = BODY_BYTES_MAX, body_table: table } = operation;
  const raw_body = await readBody(request, body_bytes_max, { table, read: bytes });
  if (!raw_body.ok) return raw_body;
  const body = validate(operation.body, raw_body.value, "");
  if (!body.ok) return body;
  return ok({ params: params.value, query: query.value, body: body.value, version: version.value });
}

function noQuery(query: Record<string, string>): Result<undefined> {
  if (Object.keys(query).length === 0) return ok(undefined);
  return refuse("invalid_input", {
    errors: [{ pointer: "/query", detail: "this operation takes no parameters" }],
  });
}

/** The most specific thing that the path names; a path of tiles is none. */
function targetOf({ path: _path, ...params }: Record<string, string>): string {
  return Object.values(params).at(-1) ?? "";
}

function policyOf(id: string, operation: Operation): AdmissionPolicy {
  return {
    operation: id,
    rate_class: operation.rate.class,
    rate_cost: operation.rate.cost ?? 1,
    permission: operation.permission ?? null,
    recent_authentication: operation.recent_authentication ?? false,
    under_suspicion: operation.under_suspicion ?? false,
    api_tokens: operation.api_tokens ?? false,
    key_sessions: operation.key_sessions ?? operation.api_tokens ?? false,
    proof_of_key: operation.proof_of_key ?? false,
    describe_session: operation.describe_session ?? false,
    is_read: operation.caller === "session" && operation.event !== null && !isChange(operation),
    read_event: null,
  };
}
