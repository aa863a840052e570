// The demo's story, chapter by chapter: Ada opens a workspace, imports a plan and lets Bob in; then three
// things that must not work are tried, and the audit log is read.
import { renderUnicodeCompact } from "uqr";
import { type Client, createClient, type RequestFor } from "../api/client.ts";
import { mintBootstrapToken } from "../protocol/bootstrap-token.ts";
import { readAuditLog } from "./audit-log.ts";
import { credentials, type Person, randomPassword } from "./authenticator.ts";
import { pages } from "./pages.ts";
import { describePlan, type ListedTask, planFacts } from "./plan-facts.ts";
import { inRequests, type Plan } from "./plan-file.ts";
import { Story } from "./story.ts";
import { heading, note, picture } from "./terminal.ts";

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

export interface Walk {
  readonly origin: string;
  readonly plan: Plan;
  readonly bootstrap_key: Uint8Array<ArrayBuffer>;
}

/** Tells the whole story; throws Surprise at the first answer that differs from it. */
export async function tell({ origin, plan, bootstrap_key }: Walk): Promise<void> {
  const workspace = `demo-${crypto.randomUUID().slice(0, 6)}`;
  const bootstrap_token = await mintBootstrapToken(bootstrap_key, workspace);
  const story = new Story();
  const stranger = createClient({ origin, fetch: story.fetch });
  console.log(`Taskward at ${origin}, in a workspace of the demo's own: ${workspace}`);

  const ada = await openWorkspace(story, stranger, { workspace, bootstrap_token });
  const project_id = await importPlan(story, ada.client, plan);
  const bob = await letBobIn(story, stranger, ada.client, { workspace, project_id });

  heading("5. A sign-in that somebody overheard");
  await story.isRefused("The very same sign-in once more", 401, "authentication_failed", () =>
    stranger.login({ body: ada.sign_in }),
  );
  note("Each nonce and each code is good for one sign-in; the answer does not say what was wrong.");

  heading("6. A session that somebody stole");
  // Only a local server believes this header; elsewhere the browser's name is what differs.
  const elsewhere = LOOPBACK.includes(new URL(origin).hostname)
    ? { "cf-connecting-ip": "203.0.113.7" }
    : { "user-agent": "somebody else" };
  await story.isRefused("Bob's token, sent from another place", 401, "session_ended", () =>
    bob.client.with({ headers: elsewhere }).currentSession(),
  );
  await story.isRefused("Now it has ended for Bob as well", 401, "session_ended", () =>
    bob.client.currentSession(),
  );
  note("A session belongs to one address and one browser; used from another, it ends for everybody.");

  heading("7. What the audit log says");
  await readAuditLog(story, ada.client, { [ada.user_id]: "ada", [bob.user_id]: "bob" }, [
    { event_type: "project.created", user_id: ada.user_id },
    { event_type: "task.imported", user_id: ada.user_id },
    { event_type: "access.refused", user_id: bob.user_id },
    { event_type: "replay.refused", user_id: ada.user_id },
    { event_type: "session.binding_violated", user_id: bob.user_id },
  ]);

  heading("8. Goodbye");
  await story.does("Ada signs out", () => ada.client.logout());
  await story.isRefused("Her token is worth nothing any more", 401, "session_ended", () =>
    ada.client.currentSession(),
  );
  console.log("\nAll of it went as told.");
}

async function openWorkspace(
  story: Story,
  stranger: Client,
  { workspace, bootstrap_token }: { workspace: string; bootstrap_token: string },
) {
  heading("1. A workspace and its first ADMIN");
  const password = randomPassword();
  const { user, mfa } = (
    await story.does(
      "Ada registers with the one-use bootstrap token",
      () => stranger.register({ body: { workspace, username: "ada", password, bootstrap_token } }),
      "Is the bootstrap key the one that this server runs with?",
    )
  ).body;
  note("An authenticator app would scan this; here the demo plays the app:");
  picture(renderUnicodeCompact(mfa!.qr_uri));
  note(`And ${mfa!.backup_codes.length} backup codes, each good for one sign-in without the phone.`);

  heading("2. Signing in");
  const person = { workspace, username: "ada", password, totp_secret: mfa!.secret };
  const ada = await signIn(story, stranger, person, "Ada signs in with password, code and a fresh nonce");
  const { body } = await story.does("Her account is confirmed, her session is live", () =>
    ada.client.currentSession(),
  );
  note(
    `${body.user.username} is ${body.user.roles.join(", ")}; the session ends by ${body.session.expires_at}.`,
  );
  return { ...ada, user_id: user.id };
}

async function importPlan(story: Story, ada: Client, plan: Plan): Promise<string> {
  heading("3. A project from a plan");
  const { name, description } = plan;
  const created = await story.does("Ada creates a project", () =>
    ada.createProject({ body: { name, description } }),
  );
  note(`"${name}"`);
  const params = { project_id: created.body.project.id };
  const { requests, dropped } = inRequests(plan.tasks);
  for (const tasks of requests)
    await story.does(`${tasks.length} tasks come in with one request, all or none`, () =>
      ada.createTasks({ params, body: { tasks } }),
    );
  for (const text of plan.notes) note(text);
  if (dropped > 0)
    note(`${dropped} dependencies would reach from one request into another and are left out.`);

  const tasks = await story.does("Ada lists them", () => listAllTasks(ada, params.project_id));
  story.holds(`All ${plan.tasks.length} are there`, tasks.list.length === plan.tasks.length);
  for (const text of describePlan(planFacts(tasks.list))) note(text);
  return params.project_id;
}

async function letBobIn(
  story: Story,
  stranger: Client,
  ada: Client,
  { workspace, project_id }: { workspace: string; project_id: string },
) {
  heading("4. A second person, with no more rights than given");
  const password = randomPassword();
  const { secret } = (
    await story.does("Ada invites somebody", () => ada.invite({ body: { roles: ["USER"] } }))
  ).body;
  const registered = await story.does("Bob registers with the invitation", () =>
    stranger.register({
      body: { workspace, username: "bob", password, enable_mfa: false, invitation: secret },
    }),
  );
  const bob = await signIn(story, stranger, { workspace, username: "bob", password }, "Bob signs in");
  const user_id = registered.body.user.id;
  const params = { project_id };
  await story.isRefused("For Bob there is no such project", 404, "not_found", () =>
    bob.client.readProject({ params }),
  );
  await story.does("Ada makes him a viewer of it", () =>
    ada.setMember({ params: { project_id, user_id }, body: { role: "viewer" } }),
  );
  await story.does("Now Bob reads it", () => bob.client.readProject({ params }));
  await story.isRefused("But a viewer adds no tasks", 403, "permission_denied", () =>
    bob.client.createTask({ params, body: { title: "Paint the door red" } }),
  );
  return { ...bob, user_id };
}

async function signIn(story: Story, stranger: Client, person: Person, sentence: string) {
  let sign_in!: RequestFor<"login">["body"];
  const { body } = await story.does(sentence, async () => {
    sign_in = await credentials(stranger, person);
    return stranger.login({ body: sign_in });
  });
  return { client: stranger.with({ session_token: body.session_token! }), sign_in };
}

async function listAllTasks(client: Client, project_id: string) {
  const list: ListedTask[] = [];
  for await (const { tasks } of pages((query) => client.listTasks({ params: { project_id }, query })))
    list.push(...tasks);
  return { list, audit_event: null };
}
