// Settings of the workspace.
import * as v from "valibot";
import { Settings, SettingsChange } from "../../schema/settings.ts";
import { operation } from "../operation.ts";

const reply = { status: 200, schema: v.object({ settings: Settings }), etag: true } as const;

export const settingsOperations = {
  readSettings: operation({
    method: "GET",
    path: "/v1/settings",
    tag: "people",
    summary: "What the workspace has decided for all of it",
    caller: "session",
    permission: "system:admin",
    rate: { class: "api" },
    reply,
    event: "settings.read",
    calls_max: 2,
  }),
  changeSettings: operation({
    method: "PATCH",
    path: "/v1/settings",
    tag: "people",
    summary: "Change settings; those not named stay",
    caller: "session",
    permission: "system:admin",
    recent_authentication: true,
    rate: { class: "api" },
    body: SettingsChange,
    reply,
    if_match: "required",
    event: "settings.changed",
    calls_max: 3,
    example: { publish_audit: true },
  }),
};
