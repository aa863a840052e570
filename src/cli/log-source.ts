// Where `npm run verify-audit` reads a log: from a running service as an auditor, or from a folder that holds the
// objects of R2 below the log's prefix. Waits where the service asks to.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { type Client, ProblemError } from "../api/client.ts";
import { parseCheckpoint } from "../protocol/checkpoint.ts";
import { readNote } from "../protocol/signed-note.ts";
import { TILE_WIDTH } from "../protocol/tile.ts";
import type { Progress } from "./progress.ts";

export type Read = (path: string) => Promise<Uint8Array | null>;

const TILE = /^tile\/([^/]+)\/(.+)$/;
const WAITS_MAX = 60;

/** Reads the log over the API. */
export function fromService(client: Client): Read {
  const ask = (path: string) => {
    if (path === "checkpoint") return client.readCheckpoint();
    const [, level, rest] = TILE.exec(path)!;
    return level === "entries"
      ? client.readEntryBundle({ params: { path: rest! } })
      : client.readTile({ params: { level: level!, path: rest! } });
  };
  return async (path) => {
    for (let waits = 0; ; waits += 1) {
      try {
        return (await ask(path)).body;
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        if (error.status === 404) return null;
        if (error.retry_after_seconds === null || waits === WAITS_MAX) throw error;
        await wait(error.retry_after_seconds * 1000);
      }
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
