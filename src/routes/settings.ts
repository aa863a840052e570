// Handlers of the workspace's settings.
import { type Handlers, replyChanged, replyWith } from "../edge/call.ts";
import type { VersionedSettings } from "../schema/messages/workspace.ts";
import type { Settings } from "../schema/settings.ts";
import { workspaceOf } from "./people.ts";

const shown = ({ settings }: VersionedSettings) => ({ settings });
const version = (value: VersionedSettings): number => value.version;

export const settingsHandlers: Handlers<"readSettings" | "changeSettings"> = {
  readSettings: (call) => replyWith(workspaceOf(call).settings(), shown, version),

  changeSettings(call) {
    const change = Object.fromEntries(
      Object.entries(call.body).filter(([, value]) => value !== undefined),
    ) as Partial<Settings>;
    return replyChanged(workspaceOf(call).changeSettings(call.actor, change, call.version), shown, version);
  },
};
