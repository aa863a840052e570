import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../src/config.ts";
import { limitCoarsely } from "../../../src/edge/coarse-limit.ts";
import { bound } from "../bindings.ts";

const key = Buffer.alloc(32, 7).toString("base64url");
const SECRETS = { KEY_RING: JSON.stringify([{ key_id: "k1", key }]), BOOTSTRAP_KEY: key };

const envWith = (limit: () => Promise<{ success: boolean }>): Env =>
  ({
    ...SECRETS,
    ...bound,
    COARSE_RATE_LIMIT: { limit },
  }) as unknown as Env;
const NETWORK = "192.0.2.1";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a coarse limiter", () => {
  it("that hangs lets nobody through, and keeps nobody waiting for long", async () => {
    const verdict = limitCoarsely(
      NETWORK,
      envWith(() => new Promise(() => {})),
    );
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await verdict).toMatchObject({ reason: "unavailable", retry_after_seconds: 1 });
  });

  it("that fails lets nobody through", async () => {
    const failing = envWith(() => Promise.reject(new Error("no counter")));
    await expect(limitCoarsely(NETWORK, failing)).rejects.toThrow("no counter");
  });

  it("that answers in time, but not at once, leaves no timer behind", async () => {
    let answer: (verdict: { success: boolean }) => void = () => {};
    const verdict = limitCoarsely(
      NETWORK,
      envWith(() => new Promise((resolve) => (answer = resolve))),
    );
    await vi.advanceTimersByTimeAsync(1_999);
    expect(vi.getTimerCount()).toBe(1);
    answer({ success: true });
    expect(await verdict).toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("that answers at once needs no timer", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    expect(
      await limitCoarsely(
        NETWORK,
        envWith(async () => ({ success: true })),
      ),
    ).toBeNull();
    const refusal = await limitCoarsely(
      NETWORK,
      envWith(async () => ({ success: false })),
    );
    expect(refusal).toMatchObject({ reason: "rate_limited", retry_after_seconds: 60 });
    expect(timers).not.toHaveBeenCalled();
  });
});
