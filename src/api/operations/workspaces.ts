// Workspaces of the deployment.
import * as v from "valibot";
import { WorkspaceSummary } from "../../schema/account.ts";
import { WorkspaceName } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { PageQuery, page } from "../paging.ts";

export const workspaceOperations = {
  openWorkspace: operation({
    method: "POST",
    path: "/v1/workspaces",
    tag: "people",
    summary: "Open a workspace (ADMIN of main)",
    description: "The workspace comes to be when its first ADMIN registers with the bootstrap token.",
    caller: "session",
    permission: "system:admin",
    recent_authentication: true,
    rate: { class: "project" },
    body: v.strictObject({ name: WorkspaceName }),
    reply: { status: 201, schema: v.object({ workspace: WorkspaceSummary, bootstrap_token: v.string() }) },
    problems: ["conflict"],
    idempotency_key: "names_created",
    event: "workspace.opened",
    calls_max: 2,
    example: { name: "research" },
  }),
  listWorkspaces: operation({
    method: "GET",
    path: "/v1/workspaces",
    tag: "people",
    summary: "Workspaces that this deployment's ADMIN opened (ADMIN of main)",
    caller: "session",
    permission: "system:admin",
    rate: { class: "api" },
    query: v.strictObject(PageQuery),
    reply: { status: 200, schema: page("workspaces", WorkspaceSummary) },
    event: "workspace.read",
    calls_max: 2,
  }),
};
