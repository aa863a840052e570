// How far each endpoint has been made known to the workspace's projects, as rows.

interface AnnouncementRow extends Record<string, SqlStorageValue> {
  webhook_id: string;
  after_project: string;
}

export class AnnouncementStore {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  begin(webhook_id: string): void {
    this.#sql.exec(
      `INSERT INTO announcement (webhook_id, after_project) VALUES (?, '')
       ON CONFLICT (webhook_id) DO UPDATE SET after_project = ''`,
      webhook_id,
    );
  }

  isAnyBegun(): boolean {
    return this.#sql.exec("SELECT 1 FROM announcement LIMIT 1").toArray().length > 0;
  }

  /** Those that have heard what was decided about them: before, they may not be there yet. */
  begun(workspace: string): AnnouncementRow[] {
    return this.#sql
      .exec<AnnouncementRow>(
        `SELECT * FROM announcement
         WHERE NOT EXISTS (SELECT 1 FROM outbox WHERE destination = ? || '/' || webhook_id)`,
        workspace,
      )
      .toArray();
  }

  reached(webhook_id: string, project: string): void {
    this.#sql.exec("UPDATE announcement SET after_project = ? WHERE webhook_id = ?", project, webhook_id);
  }

  end(webhook_id: string): void {
    this.#sql.exec("DELETE FROM announcement WHERE webhook_id = ?", webhook_id);
  }

  knowsProject(id: string): boolean {
    return this.#sql.exec("SELECT 1 FROM project WHERE id = ?", id).toArray().length > 0;
  }

  /** Ids of the projects that follow, deleted ones among them: they can be restored. */
  projects(after: string, limit: number): string[] {
    return this.#sql
      .exec<{ id: string }>("SELECT id FROM project WHERE id > ? ORDER BY id LIMIT ?", after, limit)
      .toArray()
      .map(({ id }) => id);
  }
}
