// What screening found in a request, for the audit: never the text itself.

import type { RequestContext } from "./request.ts";

/** Who sent it; a stranger has no name. */
export type ScreenedCaller = RequestContext & {
  readonly principal_id?: string;
  readonly session_id?: string;
};

export interface FindingNote {
  readonly class: string;
  /** JSON pointer into the request, `/path` and `/query` for what stands in its address. */
  readonly pointer: string;
  /** 0 to 1. */
  readonly score: number;
}

export interface ScreeningNote {
  readonly operation: string;
  readonly refused: boolean;
  readonly findings: readonly FindingNote[];
}
