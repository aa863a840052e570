// What a three-point estimate comes to (Malcolm and others 1959, PERT): a beta distribution's mean and variance.
import type { Estimate } from "../schema/project.ts";

/** Hours: (optimistic + 4 likely + pessimistic) / 6. */
export const expectedHours = ({ optimistic, likely, pessimistic }: Estimate): number =>
  (optimistic + 4 * likely + pessimistic) / 6;

/** Hours squared: ((pessimistic − optimistic) / 6)². */
export const varianceHours = ({ optimistic, pessimistic }: Estimate): number =>
  ((pessimistic - optimistic) / 6) ** 2;
