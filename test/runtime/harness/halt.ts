// A place where an object stops until the test lets it go on. Both look by themselves: no promise may cross objects.
import { expect, vi } from "vitest";

export class Halt {
  #is_reached = false;
  #is_over = false;

  /** Stops whoever comes here. */
  async here(): Promise<void> {
    this.#is_reached = true;
    await until(() => this.#is_over);
  }

  /** Waits until somebody has come. */
  reached(): Promise<void> {
    return until(() => this.#is_reached);
  }

  end(): void {
    this.#is_over = true;
  }
}

const until = (isSo: () => boolean) => vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 10_000 });
