// What the parts of an object may do with it. Objects hand it to their parts, so that these need no inheritance.

import type { Happening } from "../src/audit/event.ts";
import type { Config, Env } from "../src/config.ts";
import type { IdempotencyKeys } from "./idempotency-keys.ts";

/** See LoggedObject for what each does. */
export interface ObjectSurface {
  readonly sql: SqlStorage;
  readonly config: Config;
  readonly env: Env;
  name(): string;
  workspace(): string;
  id(): string;
  isCreated(): boolean;
  create(): void;
  now(): number;
  transact<Value>(work: (now_ms: number) => Value): Value;
  /** See LoggedObject.write. */
  write(statement: () => void): void;
  /** See LoggedObject.transactTogether. */
  transactTogether<Value>(work: (now_ms: number) => Value): Promise<Value>;
  /** See IdempotencyKeys.once. */
  readonly once: IdempotencyKeys["once"];
  /** See IdempotencyKeys.answered. */
  readonly answered: IdempotencyKeys["answered"];
  audit(happening: Happening): string;
  observe(happening: Happening): void;
  append(destination: string, row: unknown): void;
  wakeBy(at_ms: number): void;
  shipNow(destination: string): Promise<boolean>;
  destroy(): Promise<void>;
}
