// Loading what a screen shows: the value, the failure, and a way to ask again. An answer that comes after the
// question has changed is thrown away.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly loading: boolean;
  /** Asks again; what is shown stays until the answer comes. */
  reload(): void;
  /** Puts a newer value in place of the loaded one. */
  replace(value: T | ((old: T) => T)): void;
}

/** `ask` runs whenever one of `key` changes; null asks nothing. */
export function useLoad<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | null,
  key: readonly unknown[],
): Loaded<T> {
  const [state, setState] = useState<{ value?: T; error?: unknown; loading: boolean }>({ loading: true });
  const [turn, setTurn] = useState(0);
  const latest = useRef(ask);
  latest.current = ask;
  const identity = JSON.stringify(key);
  const shown = useRef(identity);
  useEffect(() => {
    const run = latest.current;
    if (!run) return;
    const stop = new AbortController();
    // What belongs to another question must not be shown for this one.
    if (shown.current !== identity) setState({ loading: true });
    else setState((old) => ({ ...old, loading: true }));
    shown.current = identity;
    run(stop.signal).then(
      (value) => stop.signal.aborted || setState({ value, loading: false }),
      (error: unknown) => stop.signal.aborted || setState((old) => ({ ...old, error, loading: false })),
    );
    return () => stop.abort();
  }, [identity, turn]);
  const reload = useCallback(() => setTurn((n) => n + 1), []);
  const replace = useCallback(
    (next: T | ((old: T) => T)) =>
      setState((old) => ({
        loading: old.loading,
        value: next instanceof Function ? (old.value === undefined ? old.value! : next(old.value)) : next,
      })),
    [],
  );
  return { value: state.value, error: state.error, loading: state.loading, reload, replace };
}

/** Every page of a list, joined, up to `limit` pages. */
export async function allPages<Page extends { readonly next_cursor: string | null }>(
  read: (query: { limit: string; cursor?: string }) => Promise<{ body: Page | string }>,
  limit = 10,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = ""; cursor !== null && pages.length < limit; ) {
    const { body } = await read({ limit: "200", ...(cursor && { cursor }) });
    if (typeof body === "string") break;
    pages.push(body);
    cursor = body.next_cursor;
  }
  return pages;
}
