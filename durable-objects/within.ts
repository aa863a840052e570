// Calls to other objects that are not waited for forever: they may be out of reach, or never answer.

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What `work` answers, wrapped; null where it throws or takes longer. */
export async function within<Value>(
  ms: number,
  work: () => Promise<Value>,
): Promise<{ value: Value } | null> {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([work().then((value) => ({ value })), late]);
  } catch {
    return null;
  } finally {
    if (timer !== null) clearTimeout(timer);
  }
}
