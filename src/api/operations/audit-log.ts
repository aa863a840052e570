// The verifiable log: its checkpoint, tiles and entries as published (C2SP tlog-checkpoint, tlog-tiles), and proofs.
// Hashes say nothing of what is hashed, so that everybody in the workspace may hold the log to its word.
import * as v from "valibot";
import { EventId } from "../../schema/identifier.ts";
import { operation } from "../operation.ts";

export const Level = v.pipe(v.string(), v.regex(/^[0-7]$/u, "expected a level from 0 to 7"));
export const TilePath = v.pipe(
  v.string(),
  v.regex(
    /^(?:x[0-9]{3}\/){0,5}[0-9]{3}(?:\.p\/[1-9][0-9]{0,2})?$/u,
    "expected a path such as x001/234 or 005.p/17",
  ),
);
const Entry = v.pipe(
  v.union([EventId, v.pipe(v.string(), v.regex(/^(?:0|[1-9][0-9]{0,14})$/u))]),
  v.description("The id of an event, or the index of an entry"),
);
const Size = v.pipe(
  v.string(),
  v.regex(/^[1-9][0-9]{0,14}$/u, "expected a number of entries, 1 or more"),
  v.transform(Number),
);
const Hashes = v.array(v.pipe(v.string(), v.description("SHA-256, in base64")));
const Checkpoint = v.pipe(v.string(), v.description("The signed note, as GET /v1/audit/checkpoint gives it"));

const common = { method: "GET", tag: "audit", caller: "session", api_tokens: true } as const;

export const auditLogOperations = {
  readCheckpoint: operation({
    ...common,
    path: "/v1/audit/checkpoint",
    summary: "The log's size and root, signed",
    description:
      "A C2SP checkpoint. Keep it: the log must have grown from it whenever you look again. It is published at most once a second.",
    rate: { class: "api" },
    reply: { status: 200, media_type: "text/plain; charset=utf-8" },
    problems: ["not_found"],
    event: null,
    calls_max: 1,
  }),
  listVerifierKeys: operation({
    ...common,
    path: "/v1/audit/keys",
    summary: "Keys that sign, or signed, the log's checkpoints, newest first",
    rate: { class: "api" },
    reply: {
      status: 200,
      schema: v.object({
        verifier_keys: v.array(v.pipe(v.string(), v.description("C2SP verifier key"))),
      }),
    },
    problems: ["not_found"],
    event: null,
    calls_max: 1,
  }),
  readEntryBundle: operation({
    ...common,
    path: "/v1/audit/tile/entries/{+path}",
    summary: "Up to 256 entries of the log, as they are hashed",
    permission: "system:audit",
    rate: { class: "api" },
    params: v.strictObject({ path: TilePath }),
    reply: { status: 200, media_type: "application/octet-stream" },
    problems: ["not_found"],
    event: "audit.read",
    calls_max: 1,
  }),
  readTile: operation({
    ...common,
    path: "/v1/audit/tile/{level}/{+path}",
    summary: "Up to 256 hashes of the log's tree",
    rate: { class: "api" },
    params: v.strictObject({ level: Level, path: TilePath }),
    reply: { status: 200, media_type: "application/octet-stream" },
    problems: ["not_found"],
    event: null,
    calls_max: 1,
  }),
  proveEntry: operation({
    ...common,
    path: "/v1/audit/proof/{entry}",
    summary: "Proof that an event is in the log",
    description:
      "Checked without the service: hash `entry` as a leaf of RFC 6962, walk `hashes` up to the root that the checkpoint names, verify its signature. For whoever may read the log, and for whoever caused the event. 202 while it is not yet under a checkpoint, which takes a second or two; also for an id that no event has.",
    rate: { class: "api" },
    params: v.strictObject({ entry: Entry }),
    reply: {
      status: 200,
      pending: true,
      schema: v.object({
        proof: v.nullable(
          v.object({
            index: v.number(),
            entry: v.pipe(v.string(), v.description("What is hashed: JSON, its personal fields sealed")),
            leaf_hash: v.string(),
            hashes: Hashes,
            checkpoint: Checkpoint,
          }),
        ),
      }),
    },
    problems: ["not_found"],
    event: "audit.proved",
    calls_max: 2,
  }),
  proveConsistency: operation({
    ...common,
    path: "/v1/audit/consistency",
    summary: "Proof that the log has only grown between two sizes",
    rate: { class: "api" },
    query: v.strictObject({
      from: v.pipe(Size, v.description("The older size")),
      to: v.optional(v.pipe(Size, v.description("The newer size; default: that of the checkpoint"))),
    }),
    reply: {
      status: 200,
      schema: v.object({
        proof: v.object({
          from: v.number(),
          to: v.number(),
          hashes: Hashes,
          checkpoint: Checkpoint,
        }),
      }),
    },
    problems: ["not_found"],
    event: null,
    calls_max: 2,
  }),
};
