// Every operation's handler; the type makes a missing one a compile error.
import type { Handlers } from "../edge/call.ts";
import { aiHandlers } from "./ai.ts";
import { assigneesHandlers } from "./assignees.ts";
import { auditHandlers } from "./audit.ts";
import { auditLogHandlers } from "./audit-log.ts";
import { authHandlers } from "./auth.ts";
import { blockHandlers } from "./blocks.ts";
import { breakdownHandlers } from "./breakdown.ts";
import { claimHandlers } from "./claims.ts";
import { commentHandlers } from "./comments.ts";
import { feedHandlers } from "./feed.ts";
import { integrationHandlers } from "./integrations.ts";
import { keyHandlers } from "./keys.ts";
import { peopleHandlers } from "./people.ts";
import { pkiHandlers } from "./pki.ts";
import { planHandlers } from "./plan.ts";
import { projectHandlers } from "./projects.ts";
import { publicLogHandlers } from "./public-log.ts";
import { recoveryHandlers } from "./recovery.ts";
import { sessionHandlers } from "./session.ts";
import { settingsHandlers } from "./settings.ts";
import { taskHandlers } from "./tasks.ts";
import { tokenHandlers } from "./tokens.ts";
import { webhookHandlers } from "./webhooks.ts";
import { workerHandlers } from "./workers.ts";

export const handlers: Handlers = {
  ...authHandlers,
  ...recoveryHandlers,
  ...sessionHandlers,
  ...peopleHandlers,
  ...blockHandlers,
  ...keyHandlers,
  ...tokenHandlers,
  ...workerHandlers,
  ...pkiHandlers,
  ...projectHandlers,
  ...planHandlers,
  ...taskHandlers,
  ...commentHandlers,
  ...feedHandlers,
  ...claimHandlers,
  ...webhookHandlers,
  ...integrationHandlers,
  ...aiHandlers,
  ...breakdownHandlers,
  ...assigneesHandlers,
  ...auditHandlers,
  ...auditLogHandlers,
  ...publicLogHandlers,
  ...settingsHandlers,
};
