// A row of somebody's list of projects, as a principal and a workspace keep it.
import type { ProjectStatus, ProjectSummary } from "../src/schema/project.ts";
import type { ProjectRole } from "../src/schema/role.ts";
import { toIso } from "../src/schema/text.ts";

export interface ProjectIndexRow extends Record<string, SqlStorageValue> {
  id: string;
  name: string;
  status: ProjectStatus;
  owner: string;
  role: ProjectRole | null;
  created_at_ms: number;
  erase_at_ms: number | null;
}

/**
 * A page of such a list, from an index by status: a walk past all others would cost what they are. Without a status:
 * those not deleted.
 */
export function projectsByStatus(
  status: ProjectStatus | null,
  limit: number,
  ofStatus: (status: ProjectStatus) => Iterable<ProjectIndexRow>,
): ProjectSummary[] {
  const statuses: ProjectStatus[] = status ? [status] : ["active", "archived"];
  return statuses
    .flatMap((each) => [...ofStatus(each)])
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map(summaryOf);
}

const summaryOf = ({ created_at_ms, erase_at_ms, ...row }: ProjectIndexRow): ProjectSummary => ({
  ...row,
  created_at: toIso(created_at_ms),
  restorable_until: erase_at_ms === null ? null : toIso(erase_at_ms),
});
