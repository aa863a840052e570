// Something that grows, and the requests that must not notice.

export interface Dimension {
  /** What there is more and more of. */
  readonly name: string;
  /** About the largest size that the product allows; a longer run stops there. */
  readonly size_max: number;
  /** Makes what requests need, before anything grows. */
  prepare(): Promise<void>;
  /** Adds what is missing from `from` to `to`, straight into the rows. */
  grow(from: number, to: number): Promise<void>;
  /** The object that holds it. */
  stub(): DurableObjectStub;
  /** Requests that grow all the same: what is still to be mended. */
  readonly known?: readonly string[];
  /** Each is made several times at each size; `turn` never repeats. */
  readonly requests: Readonly<Record<string, (turn: number) => Promise<unknown>>>;
}

/** Numbers from first to last as rows of a table `n (i)`, for `INSERT … SELECT`. */
export const NUMBERS = "WITH RECURSIVE n (i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)";

/** An id of that kind which nothing else has. */
export const madeUpId = (prefix: string, i: number): string => `${prefix}_${String(i).padStart(26, "0")}`;
