// The page at /: what Taskward is, and the way from a fresh deployment to a first project.
// It offers no control that does not work: the console proper is still to come.
import { codeBlock } from "./code-block.ts";
import { type Html, html } from "./html.ts";
import { page } from "./layout.ts";

/** The page, with commands for a service at `origin`. */
export const homePage = (origin = "http://localhost:8787"): string =>
  page({
    title: "Taskward",
    description: "Secure task collaboration at the edge for people, agents and integrations.",
    place: "home",
    content: html`<main id="content">
<div class="hero">
<h1>Shared work, kept safe.</h1>
<p class="lede">Taskward is an API through which people and programs share projects and tasks, close to wherever
they are. Every request is checked against a role and a place, and every change leaves an audit event that commits
together with it.</p>
<p class="actions"><a class="primary" href="/docs">Read the API reference</a><a href="/openapi.json">OpenAPI 3.1</a></p>
</div>
<section class="steps" aria-labelledby="first-steps">
<header><h2 id="first-steps">First steps</h2>
<p>In a hurry? <code>npm run demo</code> walks through all of this against a running service.</p></header>
<ol>
${step(
  "Become the first ADMIN",
  html`A new workspace has one bootstrap token, and whoever registers with it first
becomes its ADMIN. <code>npm start</code> prints it. The answer holds a secret for your authenticator app and
eight backup codes: they are shown this once.`,
  register(origin),
)}
${step(
  "Sign in",
  html`With the password and a code from the app. The nonce makes the request work once, so that
a copy of it is worth nothing.`,
  signIn,
)}
${step(
  "Create a project",
  html`The answer names its audit event in the header <code>Audit-Event</code>, and its
version in <code>ETag</code>.`,
  createProject,
)}
</ol>
</section>
<section class="doors" aria-labelledby="look-around">
<h2 id="look-around">Look around</h2>
<ul>
${door("/docs", "API reference", "Every operation: who may call it, what it takes, what it answers.")}
${door("/problems", "Problems", "Every reason for a refusal, and what to do about it.")}
${door("/openapi.json", "OpenAPI document", "The same for code generators and API clients.")}
${door("/healthz", "Health", "Whether this service is up and set up.")}
</ul>
<p class="note">A web console will live at this address. Until it does, everything here goes through the API.</p>
</section>
</main>`,
  });

const step = (title: string, text: Html, command: string): Html => html`<li>
<div class="about"><h3>${title}</h3><p>${text}</p></div>
<div class="example">${codeBlock("Shell", command)}</div></li>`;

const door = (href: string, title: string, text: string): Html =>
  html`<li><a href="${href}"><b>${title}</b><span>${text}</span></a></li>`;

const register = (origin: string): string => `export TASKWARD=${origin}
export BOOTSTRAP=twb_…

curl "$TASKWARD/v1/auth/register" \\
  -H 'Content-Type: application/json' \\
  -d '{
    "username": "ada",
    "password": "a long phrase of your own",
    "bootstrap_token": "'$BOOTSTRAP'"
  }'`;

const signIn = `NONCE=$(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')

curl "$TASKWARD/v1/auth/login" \\
  -H 'Content-Type: application/json' \\
  -d '{
    "username": "ada",
    "password": "a long phrase of your own",
    "mfa_code": "123456",
    "nonce": "'$NONCE'",
    "timestamp": '$(date +%s)'
  }'`;

const createProject = `# the session_token of the sign-in
export SESSION=tws_…

curl -i "$TASKWARD/v1/projects" \\
  -H "Authorization: Bearer $SESSION" \\
  -H 'Content-Type: application/json' \\
  -d '{ "name": "Launch" }'`;
