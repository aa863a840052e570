// What the runtime can do without Taskward: the yardstick that every figure of the bench is a ratio of.
// Routes of Hono over one Durable Object class: a call without storage, with one SQLite read, with one row
// written, and two calls in sequence, the second without storage or writing one row.
import { DurableObject } from "cloudflare:workers";
import { Hono } from "hono";

interface BareEnv {
  readonly BARE: DurableObjectNamespace<Bare>;
}

export class Bare extends DurableObject<BareEnv> {
  constructor(ctx: DurableObjectState, env: BareEnv) {
    super(ctx, env);
    ctx.storage.sql.exec(
      "CREATE TABLE IF NOT EXISTS number (id INTEGER PRIMARY KEY, value INTEGER NOT NULL)",
    );
    ctx.storage.sql.exec("INSERT OR IGNORE INTO number (id, value) VALUES (1, 1)");
  }

  call(value: number): number {
    return value + 1;
  }

  read(value: number): number {
    const row = this.ctx.storage.sql.exec<{ value: number }>("SELECT value FROM number WHERE id = 1").one();
    return value + row.value;
  }

  write(value: number): number {
    this.ctx.storage.sql.exec("INSERT INTO number (value) VALUES (?)", value);
    return value + 1;
  }
}

const app = new Hono<{ Bindings: BareEnv }>();

app.get("/json", (c) => c.json({ value: 2 }));
app.get("/call/:object", async (c) => c.json({ value: await bare(c.env, c.req.param("object")).call(1) }));
app.get("/read/:object", async (c) => c.json({ value: await bare(c.env, c.req.param("object")).read(1) }));
app.post("/write/:object", async (c) => c.json({ value: await bare(c.env, c.req.param("object")).write(1) }));
app.get("/calls/:first/:second", async (c) => {
  const value = await bare(c.env, c.req.param("first")).call(1);
  return c.json({ value: await bare(c.env, c.req.param("second")).call(value) });
});
app.post("/call-write/:first/:second", async (c) => {
  const value = await bare(c.env, c.req.param("first")).call(1);
  return c.json({ value: await bare(c.env, c.req.param("second")).write(value) });
});

const bare = (env: BareEnv, name: string) => env.BARE.getByName(name);

export default app;
