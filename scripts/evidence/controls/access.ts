// Controls of what somebody may do: roles, places, tenants, limits, and how the one who may all is kept honest.
import { type Controls, control } from "../control.ts";

export const accessControls: Controls = {
  "operation-table": control(
    "Policy is one table: an operation without caller, permission and limits is not mounted, and what the table says is tried for every role.",
    "src/api/operations src/edge/mount.ts",
    "unit/api/operations runtime/authorization runtime/authorization-refusals",
  ),
  roles: control(
    "Roles and overrides are read from the principal on each request, deny wins, overrides end, and a change ends or refreshes sessions.",
    "src/domain/role.ts durable-objects/principal/permits.ts",
    "unit/domain/role runtime/authorization runtime/credentials/override",
  ),
  "project-roles": control(
    "Both the role and the place must allow: membership and ownership are checked in the transaction that writes, and strangers get 404.",
    "durable-objects/project/gate.ts src/domain/role.ts",
    "unit/domain/role runtime/authorization runtime/objects/project-members",
  ),
  "tenant-wall": control(
    "Another workspace's ids name nothing: each operation answers 404 to each of them, and leaves no row.",
    "src/domain/principal-id.ts src/edge/mount.ts",
    "runtime/tenant-wall",
  ),
  "last-admin": control(
    "The last ADMIN cannot be suspended, demoted or erased, also by two at once.",
    "durable-objects/workspace/decisions.ts",
    "runtime/identity/last-admin",
  ),
  "joining-rules": control(
    "Nobody chooses their own roles: the first ADMIN needs the deployment's one-use token, others an invitation or plain registration.",
    "src/protocol/bootstrap-token.ts durable-objects/workspace/door.ts",
    "runtime/identity/bootstrap runtime/identity/invitations unit/protocol/bootstrap-token",
  ),
  "unconfirmed-accounts": control(
    "An account that nobody has confirmed goes after a day and frees its name.",
    "durable-objects/principal/account.ts",
    "runtime/identity/unconfirmed",
  ),
  "held-tasks": control(
    "A worker changes only tasks that it holds, and proves that by a fencing token that only rises.",
    "src/domain/claim.ts durable-objects/project/claims.ts durable-objects/project/leases.ts",
    "unit/domain/claim runtime/claims/lease runtime/claims/parallel",
  ),
  "rate-limits": control(
    "Token buckets for each caller and class survive eviction and crashes; strangers share one per address or IPv6 /64.",
    "src/domain/token-bucket.ts durable-objects/principal/buckets.ts durable-objects/strangers/object.ts",
    "unit/domain/token-bucket runtime/rate-limit runtime/rate-limit-strangers",
  ),
  "coarse-limit": control(
    "Before any work each address passes the platform's limiter; where that fails or hangs, nobody passes.",
    "src/edge/coarse-limit.ts",
    "unit/edge/coarse-limit runtime/request-failure",
  ),
  quotas: control(
    "Tasks, members, size, streams, nonces and lists are bounded, and what is beyond is refused by name.",
    "src/domain/project.ts durable-objects/principal/streams.ts durable-objects/principal/nonce-store.ts",
    "unit/domain/project runtime/feed/limits runtime/objects/project-life",
  ),
  "call-budget": control(
    "Each operation declares how many object calls it makes, and makes no more.",
    "src/api/operation.ts",
    "runtime/budget",
  ),
  idempotency: control(
    "An Idempotency-Key makes a creating request happen once; a repeat gets the stored answer, another body is refused.",
    "src/edge/idempotency.ts durable-objects/idempotency-keys.ts",
    "runtime/idempotency runtime/idempotency-table",
  ),
  versions: control(
    "Writes name the version that they saw; a stale one is refused and changes nothing.",
    "src/edge/validate.ts durable-objects/project/tasks.ts",
    "runtime/objects/project-tasks runtime/authorization-refusals",
  ),
  transactions: control(
    "A decision and what it writes are one synchronous transaction: it happens wholly or not at all, also under a kill.",
    "durable-objects/logged-object.ts durable-objects/group-commit.ts",
    "runtime/objects/outbox e2e/kill runtime/project-model",
  ),
  "workflow-table": control(
    "Tasks move along one table of legal moves; a cycle of dependencies is refused and named.",
    "src/domain/task.ts src/domain/task-graph.ts",
    "unit/domain/task unit/domain/task-graph runtime/objects/project-tasks",
  ),
  "cookie-sessions": control(
    "A session cookie is __Host-, HttpOnly, Secure and SameSite=Strict; unsafe requests, streams and upgrades with it need this service's own Origin; at its end the browser forgets its pages.",
    "src/edge/authenticate.ts src/edge/stream.ts src/routes/auth.ts",
    "runtime/request-cookie unit/edge/stream",
  ),
  "address-blocks": control(
    "An address that is refused again and again is turned away, longer each time, visible to the operators and lifted by them.",
    "src/domain/address-block.ts src/edge/blocks.ts durable-objects/workspace/blocks.ts",
    "unit/domain/address-block unit/edge/blocks runtime/blocks e2e/blocks",
  ),
  "ai-limits": control(
    "Calls of planning are limited by caller, day, minute and money, reserved before and settled after.",
    "src/domain/ai-quota.ts durable-objects/principal/ai-use.ts durable-objects/workspace/ai-budget.ts",
    "unit/domain/ai-quota runtime/assist/limits",
  ),
};
