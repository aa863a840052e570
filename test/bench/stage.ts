// What a run of the bench stands on: each worker bundled once, the product seeded once, and fresh processes
// over fresh copies of the seeded storage from then on.
import { randomBytes } from "node:crypto";
import { cpSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { Variables } from "../../src/config/variables.ts";
import { type Bundle, bundleBenchWorker, bundleProduct } from "./bundle.ts";
import type { ServedWorker } from "./capnp.ts";
import { removeFolder, temporaryFolder } from "./cleanup.ts";
import { type Population, seed } from "./seed.ts";
import { type Server, serve } from "./workerd.ts";

export type WorkerName = "bare" | "product" | "argon2" | "permission" | "input" | "schedule" | "audit-feed";

/** Background work of the seeding (outboxes) gets this long before the storage is kept. */
const SETTLE_MS = 3_000;

const AUDIT_LOG = { binding: "AUDIT_LOG", class_name: "AuditLog", service: "product" };

/** Nobody is refused, and yet a debit is stored as often as by default: that hangs on the pace alone. */
const BURST = 1_000_000_000;

export interface StartOptions {
  readonly inspect?: boolean;
  /** Override the product's. */
  readonly variables?: Readonly<Record<string, string>>;
  /** A folder in which R2's objects are kept, for a product that nothing was seeded into. */
  readonly bucket?: string;
  /** What is done to the storage before anybody starts over it. */
  readonly prepare?: (storage_folder: string) => void;
}

export class Stage {
  readonly #principals: number;
  readonly #bundleProduct: () => Promise<Bundle>;
  readonly #secrets = {
    KEY_RING: JSON.stringify([{ key_id: "k1", key: randomBytes(32).toString("base64url") }]),
    BOOTSTRAP_KEY: randomBytes(32).toString("base64url"),
  };
  readonly #bundles = new Map<WorkerName, Promise<Bundle>>();
  #seeded: Promise<{ readonly population: Population; readonly folder: string }> | null = null;

  constructor(principals: number, product: () => Promise<Bundle> = bundleProduct) {
    this.#principals = principals;
    this.#bundleProduct = product;
  }

  /** The seeded users; makes them the first time. */
  async population(): Promise<Population> {
    return (await this.#seed()).population;
  }

  /** Where the product's storage lies as it was seeded; to be copied, and left as it is. */
  async seededFolder(): Promise<string> {
    return (await this.#seed()).folder;
  }

  /** Starts the workers in a fresh process, the product over a fresh copy of its seeded storage. */
  async start(names: readonly WorkerName[], options: StartOptions = {}): Promise<Server> {
    const workers = await Promise.all(names.map((name) => this.#worker(name, options.variables)));
    const storage = temporaryFolder();
    if (names.includes("product") && !options.bucket)
      cpSync((await this.#seed()).folder, storage, { recursive: true });
    options.prepare?.(storage);
    const server = await serve(workers, storage, options);
    return {
      ...server,
      stop: async () => {
        await server.stop();
        removeFolder(storage);
      },
    };
  }

  #seed() {
    this.#seeded ??= (async () => {
      const folder = temporaryFolder();
      const server = await serve([await this.#worker("product")], folder);
      try {
        const population = await seed(server.ports.product!, this.#secrets.BOOTSTRAP_KEY, this.#principals);
        await sleep(SETTLE_MS);
        return { population, folder };
      } catch (error) {
        const complaints = server.complaints().trim();
        throw complaints === ""
          ? error
          : new Error(`${(error as Error).message}\nworkerd said:\n${complaints}`);
      } finally {
        await server.stop();
      }
    })();
    return this.#seeded;
  }

  async #worker(name: WorkerName, variables: StartOptions["variables"] = {}): Promise<ServedWorker> {
    const bundle = await this.#bundle(name);
    const own = { ...bundle.variables, ...this.#variables(name) };
    if (name === "audit-feed") return { name, bundle, variables: own, foreign_objects: [AUDIT_LOG] };
    return { name, bundle, variables: name === "product" ? { ...own, ...variables } : own };
  }

  #bundle(name: WorkerName): Promise<Bundle> {
    let bundle = this.#bundles.get(name);
    if (!bundle) {
      const objects = name === "bare" ? [{ binding: "BARE", class_name: "Bare" }] : [];
      bundle = name === "product" ? this.#bundleProduct() : bundleBenchWorker(name, objects);
      this.#bundles.set(name, bundle);
    }
    return bundle;
  }

  /** The product as it is deployed, but for bursts that the load of a bench would use up. */
  #variables(name: WorkerName): Record<string, string> {
    if (name === "argon2") return { KEY_RING: this.#secrets.KEY_RING };
    if (name !== "product") return {};
    const limits = Object.entries(v.parse(Variables.RATE_LIMITS, undefined));
    return {
      ...this.#secrets,
      REGISTRATION: "open",
      SESSION_IDLE_SECONDS: "86400",
      RATE_LIMITS: JSON.stringify(
        Object.fromEntries(limits.map(([name, { per_minute }]) => [name, { per_minute, burst: BURST }])),
      ),
    };
  }
}
