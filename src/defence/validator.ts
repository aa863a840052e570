// What a validator is: it reads one text and says what it finds. Local ones answer at once; remote ones are asked
// over the network, may take until the signal, and reject where they cannot say. Adding one is a file in `validators`
// and a line in its table; which ones judge is configuration.
import type { TextContext } from "../schema/context.ts";
import type { Finding } from "./finding.ts";

export interface LocalValidator {
  readonly kind: "local";
  /** Contexts that it reads; secrets and closed fields are shown to nobody. */
  readonly reads: (context: TextContext) => boolean;
  inspect(text: string, context: TextContext): readonly Finding[];
}

export interface RemoteValidator {
  readonly kind: "remote";
  readonly reads: (context: TextContext) => boolean;
  /** An empty list is a clean bill of all that was asked for; anything less rejects. */
  inspect(text: string, signal: AbortSignal): Promise<readonly Finding[]>;
}

export type Validator = LocalValidator | RemoteValidator;

/** One of those that judge, as configured. */
export interface Member {
  readonly name: string;
  readonly validator: Validator;
  /** Of remote ones. */
  readonly timeout_ms: number;
  /** What follows where it gives no answer: `pass` records that (fail-open), `refuse` refuses (fail-closed). */
  readonly on_failure: "pass" | "refuse";
}
