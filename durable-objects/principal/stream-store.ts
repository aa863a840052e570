// The rows of a principal's open streams.
import type { StreamClaim } from "../../src/schema/messages/stream.ts";
import type { Role } from "../../src/schema/role.ts";

type StoredStream = {
  id: string;
  project: string;
  credential_id: string;
  roles: string;
  permissions: number;
};

export class StreamStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  all(): StreamClaim[] {
    return this.#sql
      .exec<StoredStream>("SELECT id, project, credential_id, roles, permissions FROM stream")
      .toArray()
      .map((row) => ({ ...row, roles: JSON.parse(row.roles) as Role[] }));
  }

  insert({ id, project, credential_id, roles, permissions }: StreamClaim): void {
    this.#sql.exec(
      "INSERT INTO stream (id, project, credential_id, roles, permissions) VALUES (?, ?, ?, ?, ?)",
      id,
      project,
      credential_id,
      JSON.stringify(roles),
      permissions,
    );
  }

  delete(ids: readonly string[]): void {
    this.#sql.exec("DELETE FROM stream WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  }
}
