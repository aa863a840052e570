// Every control, by its name.
import type { Controls } from "../control.ts";
import { accessControls } from "./access.ts";
import { auditControls } from "./audit.ts";
import { contentControls } from "./content.ts";
import { identityControls } from "./identity.ts";

export const controls: Controls = {
  ...identityControls,
  ...accessControls,
  ...contentControls,
  ...auditControls,
};
