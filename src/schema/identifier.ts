// Names and ids on the wire. Ids are a prefix and 26 base32 characters (128 bits); no id is a secret.
// Refuses anything outside the listed alphabets, so no identifier can carry markup, paths or look-alikes.
import * as v from "valibot";

const ID_CHARACTERS = "[0-9a-hjkmnp-tv-z]{26}";

const id = (prefix: string, title: string, like = `${prefix}_…`) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^${prefix}_${ID_CHARACTERS}$`, "u"), `expected an id like ${like}`),
    v.title(title),
  );

export const UserId = id("usr", "User id");
export const WorkerId = id("wrk", "Worker id");
/** Whoever may be a member of projects and hold tasks: a person or a worker. */
export const PrincipalId = id("(?:usr|wrk)", "Id of a person or a worker", "usr_… or wrk_…");
export const IntegrationId = id("int", "Integration id");
/** Whoever may do something in a project: a person, a worker or an integration. */
export const ActorId = id(
  "(?:usr|wrk|int)",
  "Id of a person, a worker or an integration",
  "usr_…, wrk_… or int_…",
);
/** Of what an integration was sent. */
export const InboundDeliveryId = id("ind", "Inbound delivery id");
export const KeyId = id("key", "Key id");
export const ProjectId = id("prj", "Project id");
export const TaskId = id("tsk", "Task id");
export const PlanId = id("pln", "Plan id");
export const CommentId = id("cmt", "Comment id");
export const SessionId = id("ses", "Session id");
export const EventId = id("evt", "Audit event id");
export const TokenId = id("tok", "API token id");
export const AiCallId = id("aic", "Id of a call to a model");
export const BlockId = id("blk", "Block id");
export const NoticeId = id("ntc", "Notice id");
export const InvitationId = id("inv", "Invitation id");
export const WebhookId = id("whk", "Webhook id");
/** Of one event on its way to one endpoint: what its receiver gets as `webhook-id`. */
export const DeliveryId = id("msg", "Delivery id");

/**
 * A tenant's name: part of object names, tokens and R2 keys, hence this narrow alphabet. Two names are taken by paths
 * beside `/v1/audit/{workspace}/…`, where a published log of that name would not be found.
 */
export const WorkspaceName = v.pipe(
  v.string(),
  v.regex(
    /^(?!(?:tile|proof)$)[a-z0-9][a-z0-9-]{1,31}$/u,
    "expected 2 to 32 characters of a-z, 0-9 and -, and neither tile nor proof",
  ),
  v.title("Workspace"),
);

/** Case does not distinguish users: the name is lower-cased before anything else sees it. */
export const Username = v.pipe(
  v.string(),
  v.toLowerCase(),
  v.regex(
    /^[a-z0-9][a-z0-9._-]{2,31}$/u,
    "expected 3 to 32 characters of a-z, 0-9, dot, dash and underscore, the first a letter or digit",
  ),
  v.title("Username"),
);
