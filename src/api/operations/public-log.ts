// The verifiable log for anyone, where its workspace publishes it: checkpoint, keys and hash tiles, at the paths where
// the log's origin says that it is found (C2SP tlog-tiles). Entries are for ADMIN and AUDITOR alone.
import * as v from "valibot";
import { context } from "../../schema/context.ts";
import { WorkspaceName } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";
import { Level, TilePath } from "./audit-log.ts";

const common = { tag: "audit", caller: "anonymous", rate: { class: "api" } } as const;
const workspace = { workspace: WorkspaceName };

export const publicLogOperations = {
  readPublicCheckpoint: operation({
    ...common,
    method: "GET",
    path: "/v1/audit/{workspace}/checkpoint",
    summary: "A published log's size and root, signed, with the cosignatures of its witnesses",
    description:
      "A workspace that does not publish its log is not found. `cosigned=true` asks for the newest checkpoint that a witness has cosigned, which may be older.",
    params: v.strictObject(workspace),
    query: v.strictObject({ cosigned: v.optional(v.picklist(["true", "false"]), "false") }),
    reply: { status: 200, media_type: "text/plain; charset=utf-8" },
    problems: ["not_found"],
    event: null,
    calls_max: 2,
  }),
  listPublicVerifierKeys: operation({
    ...common,
    method: "GET",
    path: "/v1/audit/{workspace}/keys",
    summary: "Keys that sign, or signed, a published log's checkpoints, newest first",
    params: v.strictObject(workspace),
    reply: {
      status: 200,
      schema: v.object({
        verifier_keys: v.array(v.pipe(v.string(), v.description("C2SP verifier key"))),
      }),
    },
    problems: ["not_found"],
    event: null,
    calls_max: 2,
  }),
  readPublicTile: operation({
    ...common,
    method: "GET",
    path: "/v1/audit/{workspace}/tile/{level}/{+path}",
    summary: "Up to 256 hashes of a published log's tree",
    params: v.strictObject({ ...workspace, level: Level, path: TilePath }),
    reply: { status: 200, media_type: "application/octet-stream" },
    problems: ["not_found"],
    event: null,
    calls_max: 2,
  }),
  cosignCheckpoint: operation({
    ...common,
    method: "POST",
    path: "/v1/audit/{workspace}/checkpoint/cosignatures",
    summary: "A witness cosigns a checkpoint of a published log",
    description:
      "The checkpoint as it was read, with the line of a witness whom the settings name (C2SP tlog-cosignature). Who asks does not matter: the signatures do. An older checkpoint than the one cosigned last is refused.",
    params: v.strictObject(workspace),
    body: v.strictObject({
      note: v.pipe(v.string(), v.maxLength(8_192), v.description("The cosigned note"), context("secret")),
    }),
    reply: { status: 204 },
    problems: ["not_found", "conflict"],
    event: "audit.cosigned",
    calls_max: 2,
    example: {
      note: "taskward.example/v1/audit/main\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— taskward.example/v1/audit/main AAAA\n",
    },
  }),
};
