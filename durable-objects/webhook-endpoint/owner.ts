// Where an endpoint belongs, as a destination of its outbox: its project, or the workspace.
export const ownerOf = (workspace: string, project_id: string | null): string =>
  project_id === null ? workspace : `${workspace}/${project_id}`;
