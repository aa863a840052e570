// A CPU profile of one worker, taken through workerd's inspector (Chrome DevTools Protocol) while it is
// under load: written as a .cpuprofile, and its dearest functions told.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

interface Node {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
}

interface Profile {
  readonly nodes: readonly Node[];
  readonly samples: readonly number[];
}

const SAMPLING_US = 200;
const TOLD = 25;

/** Runs `work` under the profiler, writes the profile and answers its dearest functions as text. */
export async function profiled(
  inspector_port: number,
  worker: string,
  file: string,
  work: () => Promise<void>,
): Promise<string> {
  const { ask, close } = await inspect(inspector_port, worker);
  await ask("Profiler.enable");
  await ask("Profiler.setSamplingInterval", { interval: SAMPLING_US });
  await ask("Profiler.start");
  await work();
  const { profile } = (await ask("Profiler.stop")) as { profile: Profile };
  close();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(profile));
  return dearest(profile);
}

/** A conversation with the inspector of one worker's isolate. Throws where it refuses. */
export async function inspect(port: number, worker: string) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/${worker}`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the inspector refuses"));
  });
  const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  let last_id = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error } = JSON.parse(String(data));
    const promise = waiting.get(id);
    waiting.delete(id);
    if (error) promise?.reject(new Error(error.message));
    else promise?.resolve(result);
  };
  const ask = (method: string, params: object = {}) =>
    new Promise((resolve, reject) => {
      const id = ++last_id;
      waiting.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return { ask, close: () => socket.close() };
}

/** Functions by their own time, as shares of all samples. */
function dearest({ nodes, samples }: Profile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const counts = new Map<string, number>();
  for (const id of samples) {
    const name = names.get(id) ?? "?";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, TOLD)
    .map(([name, count]) => `${((100 * count) / samples.length).toFixed(1).padStart(6)} %  ${name}`)
    .join("\n");
}

const nameOf = ({ functionName, url, lineNumber }: Node["callFrame"]): string =>
  `${functionName || "(anonymous)"}${url === "" ? "" : ` ${url.split("/").at(-1)}:${lineNumber + 1}`}`;
