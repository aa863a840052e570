// The one table of operations: routes, OpenAPI, docs, the typed client and the authorization tests read it.
import type { Operation } from "../operation.ts";
import { aiOperations } from "./ai.ts";
import { assigneesOperations } from "./assignees.ts";
import { auditOperations } from "./audit.ts";
import { auditLogOperations } from "./audit-log.ts";
import { authOperations } from "./auth.ts";
import { blockOperations } from "./blocks.ts";
import { breakdownOperations } from "./breakdown.ts";
import { claimOperations } from "./claims.ts";
import { commentOperations } from "./comments.ts";
import { feedOperations } from "./feed.ts";
import { integrationOperations } from "./integrations.ts";
import { keyOperations } from "./keys.ts";
import { peopleOperations } from "./people.ts";
import { pkiOperations } from "./pki.ts";
import { planOperations } from "./plan.ts";
import { projectOperations } from "./projects.ts";
import { publicLogOperations } from "./public-log.ts";
import { recoveryOperations } from "./recovery.ts";
import { sessionOperations } from "./session.ts";
import { settingsOperations } from "./settings.ts";
import { taskListOperations } from "./task-list.ts";
import { taskOperations } from "./tasks.ts";
import { tokenOperations } from "./tokens.ts";
import { webhookOperations } from "./webhooks.ts";
import { workerKeyOperations } from "./worker-keys.ts";
import { workerOperations } from "./workers.ts";
import { workspaceOperations } from "./workspaces.ts";

export const operations = {
  ...authOperations,
  ...recoveryOperations,
  ...sessionOperations,
  ...peopleOperations,
  ...workspaceOperations,
  ...settingsOperations,
  ...blockOperations,
  ...keyOperations,
  ...tokenOperations,
  ...workerOperations,
  ...workerKeyOperations,
  ...pkiOperations,
  ...projectOperations,
  ...planOperations,
  ...taskOperations,
  ...taskListOperations,
  ...commentOperations,
  ...feedOperations,
  ...claimOperations,
  ...webhookOperations,
  ...integrationOperations,
  ...aiOperations,
  ...breakdownOperations,
  ...assigneesOperations,
  ...auditOperations,
  ...auditLogOperations,
  ...publicLogOperations,
} satisfies Record<string, Operation>;

export type Operations = typeof operations;
export type OperationId = keyof Operations;

/** The table as plain operations, for readers that treat all alike. */
export const operationList = Object.entries(operations) as [OperationId, Operation][];
