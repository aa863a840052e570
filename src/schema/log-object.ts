// Where a verifiable log lies in R2: below `audit/<workspace>/log/`, at the paths of C2SP tlog-tiles.

export const CHECKPOINT = "checkpoint";
/** Verifier keys (C2SP signed-note), one a line, newest first: every one that ever signed a checkpoint of the log. */
export const VERIFIER_KEYS = "verifier-keys";

export const logKey = (workspace: string, path: string): string => `audit/${workspace}/log/${path}`;
