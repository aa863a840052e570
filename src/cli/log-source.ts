// Where commands read an audit log: from a running service as an auditor, or from a folder that holds the objects of R2
// below the log's prefix.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Client, createClient, ProblemError } from "../api/client.ts";
import { fetchWithin } from "../api/fetch-within.ts";
import { parseCheckpoint } from "../protocol/checkpoint.ts";
import { readNote } from "../protocol/signed-note.ts";
import { TILE_WIDTH } from "../protocol/tile.ts";
import { tokenOf } from "./environment.ts";
import { parseOrigin } from "./origin.ts";
import type { Progress } from "./progress.ts";
import { retry } from "./retry.ts";

export const ORIGIN = "http://localhost:8787";
const ANSWER_MS = 30_000;

export type Read = (path: string) => Promise<Uint8Array | null>;

/** A log, and the verifier keys that it names itself. */
export interface Source {
  readonly read: Read;
  readonly keys: readonly string[];
}

/** There is no log to read where somebody was told to. */
export class NoLog extends Error {}

/** The log of the service at `origin`, for whoever holds the token in TASKWARD_TOKEN. */
export async function service(origin = ORIGIN): Promise<Source> {
  const session_token = tokenOf();
  if (session_token === null)
    throw new NoLog("The variable TASKWARD_TOKEN must hold the token of an AUDITOR.");
  const client = createClient({
    ...{ origin: parseOrigin(origin), session_token },
    fetch: fetchWithin(ANSWER_MS),
  });
  return { read: fromService(client), keys: (await client.listVerifierKeys()).body.verifier_keys };
}

export function copy(folder: string): Source {
  const file = `${folder}/verifier-keys`;
  if (!existsSync(file)) throw new NoLog(`${folder} holds no log: it lacks verifier-keys`);
  return { read: fromFolder(folder), keys: readFileSync(file, "utf8").trimEnd().split(/\r?\n/) };
}

const TILE = /^tile\/([^/]+)\/(.+)$/;

/** Reads the log over the API, and asks again where the service was away or busy. */
export function fromService(client: Client): Read {
  const ask = async (path: string) => {
    if (path === "checkpoint") return client.readCheckpoint();
    const [, level, rest] = TILE.exec(path)!;
    return level === "entries"
      ? client.readEntryBundle({ params: { path: rest! } })
      : client.readTile({ params: { level: level!, path: rest! } });
  };
  return async (path) => {
    try {
      return (await retry(() => ask(path))).body;
    } catch (error) {
      if (error instanceof ProblemError && error.status === 404) return null;
      throw error;
    }
  };
}

/** Reads the log from a folder. */
export const fromFolder =
  (folder: string): Read =>
  async (path) => {
    const file = `${folder}/${path}`;
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : null;
  };

/** Whatever lies in a folder, as paths below it. */
export function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length).replace(/^\/+/, ""));
}

/** Tells how many of the entries that the checkpoint names have been read. */
export function counting(read: Read, progress: Progress): Read {
  return async (path) => {
    const bytes = await read(path);
    if (path === "checkpoint" && bytes) {
      const size = parseCheckpoint(readNote(new TextDecoder().decode(bytes))?.text ?? "")?.size ?? 0;
      progress.expect(Math.ceil(size / TILE_WIDTH));
    } else if (TILE.exec(path)?.[1] === "entries") progress.advance(1);
    return bytes;
  };
}

/** Keeps a copy in a folder of all that is read. */
export function keeping(read: Read, folder: string): Read {
  return async (path) => {
    const bytes = await read(path);
    if (bytes) save(folder, path, bytes);
    return bytes;
  };
}

export function save(folder: string, path: string, bytes: Uint8Array): void {
  const file = `${folder}/${path}`;
  mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  writeFileSync(file, bytes);
}
