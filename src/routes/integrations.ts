// Handlers of integrations, and of what they send.
import type { Operations } from "../api/operations/index.ts";
import { GITHUB_MAPPING } from "../domain/github-mapping.ts";
import { type Call, type Handlers, replyChanged } from "../edge/call.ts";
import { replyPage } from "../edge/paging.ts";
import { encodeBase64Url } from "../protocol/base64url.ts";
import { makeHookAddress } from "../protocol/hook-address.ts";
import { newSecretText, sealSecret, secretBytes } from "../protocol/integration-secret.ts";
import { randomId } from "../protocol/random.ts";
import type { Integration, IntegrationKind } from "../schema/integration.ts";
import type { IntegrationChange, NewSecret } from "../schema/messages/hook.ts";
import type { Changed } from "../schema/messages/request.ts";
import { ok, type Result, refuse } from "../schema/result.ts";

export const integrationHandlers: Handlers<
  | "createIntegration"
  | "listIntegrations"
  | "readIntegration"
  | "updateIntegration"
  | "rotateIntegrationSecret"
  | "deleteIntegration"
  | "listHookFailures"
  | "replayHookFailure"
  | "receiveHook"
> = {
  async createIntegration(call) {
    const { actor, body } = call;
    const { project_id, mapping = GITHUB_MAPPING, secret: given, ...fields } = body;
    const id = randomId("int_");
    const made = await makeSecret(call, id, body.kind, given);
    if (!made.ok) return made;
    const { text, secret } = made.value;
    const created = await projectOf(call, project_id).createIntegration(actor, {
      ...fields,
      id,
      mapping,
      secret,
    });
    return replyIntegration(call, created, { secret: text });
  },

  listIntegrations(call) {
    const { project_id } = call.query;
    return replyPage(call, "integrations", async (limit, after) => {
      const listed = await projectOf(call, project_id).integrations(call.actor, limit, after);
      if (!listed.ok) return listed;
      const items = await Promise.all(listed.value.items.map((each) => withAddress(call, each)));
      return ok({ ...listed.value, items });
    });
  },

  async readIntegration(call) {
    const read = await found(call);
    if (!read.ok) return read;
    const integration = await withAddress(call, read.value.integration);
    return ok({ body: { integration }, version: integration.version });
  },

  async updateIntegration(call) {
    const { actor, params, body } = call;
    const place = await principalOf(call).integrationPlace();
    if (!place.ok) return place;
    const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
    const project = projectOf(call, place.value.project_id);
    const updated = project.updateIntegration(
      actor,
      params.integration_id,
      change as IntegrationChange,
      call.version,
    );
    return replyIntegration(call, await updated, {});
  },

  async rotateIntegrationSecret(call) {
    const { actor, params, body } = call;
    const read = await found(call);
    if (!read.ok) return read;
    const { project_id, kind } = read.value.integration;
    const made = await makeSecret(call, params.integration_id, kind, body.secret);
    if (!made.ok) return made;
    const { text, secret } = made.value;
    const overlap_ms = body.overlap_seconds * 1000;
    const project = projectOf(call, project_id);
    const rotated = await project.rotateIntegration(actor, params.integration_id, secret, overlap_ms);
    return replyIntegration(call, rotated, { secret: text });
  },

  async deleteIntegration(call) {
    const place = await principalOf(call).integrationPlace();
    if (!place.ok) return place;
    const project = projectOf(call, place.value.project_id);
    return replyChanged(project.deleteIntegration(call.actor, call.params.integration_id), () => undefined);
  },

  async listHookFailures(call) {
    const read = await found(call);
    if (!read.ok) return read;
    return replyPage(call, "failures", (limit, after) => principalOf(call).hookFailures(limit, after));
  },

  async replayHookFailure(call) {
    const read = await found(call);
    if (!read.ok) return read;
    const replayed = principalOf(call).replayHook(call.actor, call.params.failure_id);
    return replyChanged(replayed, (delivery) => ({ delivery }));
  },

  async receiveHook({ received }) {
    const { value, event_id } = received!;
    return ok({ body: { delivery: value }, event_id });
  },
};

type Calling = Pick<Call<Operations["createIntegration"]>, "actor" | "env" | "config" | "request">;
type IntegrationCall = Calling & { params: { integration_id: string } };

const principalOf = ({ actor, env, params }: IntegrationCall) =>
  env.PRINCIPAL.getByName(`${actor.workspace}/${params.integration_id}`);

const projectOf = ({ actor, env }: Calling, project_id: string) =>
  env.PROJECT.getByName(`${actor.workspace}/${project_id}`);

/** The integration, for whoever its project lets know of it. */
async function found(call: IntegrationCall): Promise<Result<{ integration: Integration }>> {
  const place = await principalOf(call).integrationPlace();
  if (!place.ok) return place;
  const project = projectOf(call, place.value.project_id);
  return replyOf(project.integration(call.actor, call.params.integration_id));
}

async function replyOf(read: Promise<Result<Integration>>): Promise<Result<{ integration: Integration }>> {
  const result = await read;
  return result.ok ? ok({ integration: result.value }) : result;
}

/** A secret, new or given, sealed for the object that will keep it; `text` is what its owner is shown. */
async function makeSecret(
  { actor, config }: Calling,
  integration_id: string,
  kind: IntegrationKind,
  given: string | undefined,
): Promise<Result<{ text: string | null; secret: NewSecret }>> {
  const text = given ?? newSecretText(kind);
  const bytes = secretBytes(kind, text);
  if (!bytes) {
    const detail = "expected whsec_ and 24 to 64 bytes in base64";
    return refuse("invalid_input", { errors: [{ pointer: "/secret", detail }] });
  }
  const id = randomId("sec_");
  const box = await sealSecret(config.key_ring, `${actor.workspace}/${integration_id}`, id, bytes);
  return ok({ text: given === undefined ? text : null, secret: { id, box: encodeBase64Url(box) } });
}

async function withAddress<Value extends Integration>(
  { actor, config, request }: Calling,
  integration: Value,
) {
  const last = await makeHookAddress(config.key_ring, {
    workspace: actor.workspace,
    integration_id: integration.id,
  });
  return { ...integration, address: `${new URL(request.url).origin}/v1/hooks/${last}` };
}

async function replyIntegration<More extends object>(
  call: Calling,
  changed: Result<Changed<Integration>>,
  more: More,
) {
  if (!changed.ok) return changed;
  const { value, event_id } = changed.value;
  const integration = await withAddress(call, value);
  return ok({ body: { integration, ...more }, event_id, version: value.version });
}
