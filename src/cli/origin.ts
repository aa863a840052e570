// The server that a command line names.
import { originOf } from "../api/client.ts";

/** What is given is no origin; says what one is like. */
export class OriginError extends Error {}

/** Scheme, host and port as URLs write them; throws OriginError. */
export function parseOrigin(text: string): string {
  try {
    return originOf(text);
  } catch {
    throw new OriginError(
      `"${text}" is no origin. It is like http://localhost:8787: without path, query or credentials.`,
    );
  }
}
