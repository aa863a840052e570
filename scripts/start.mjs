// `npm start`: runs Taskward on this machine. Installs what is missing, makes local secrets once, starts
// the Worker and says where it is. Ctrl-C stops all of it. `npm start -- --help` lists the settings.
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureConsole } from "./console.mjs";
import { ensureInstalled, Refusal, root, run } from "./install.mjs";
import { HOST, PORT_DEFAULT, parsePort, requireFreePort } from "./port.mjs";
import { bootstrapToken, ensureSecrets, secretsFile } from "./secrets.mjs";
import { localVariables, variables } from "./variables.mjs";
import { startWorker } from "./worker-process.mjs";

const help = `Runs Taskward on this machine.

  npm start                 start; Ctrl-C stops
  npm start -- --watch      the same, and reload when a source file changes
  npm start -- --help       this text

Where (environment):
  PORT                            port on ${HOST}; default ${PORT_DEFAULT}
  TASKWARD_DATA                   folder of the data, which survive a restart; default .data
  TASKWARD_DEV_VARS               file of the local secrets, made once; default .dev.vars

What (environment, or a line NAME=value in that file; units and defaults are in the README):
${variables.map(({ name, meaning, local }) => `  ${name.padEnd(30)}  ${meaning}${local ? `; here ${local}` : ""}`).join("\n")}`;

await run(async () => {
  const options = parseOptions();
  if (options.help) return console.log(help);

  ensureInstalled();
  ensureConsole();
  const port = parsePort(process.env.PORT || undefined);
  await requireFreePort(port);
  const secrets = ensureSecrets();
  const data = resolve(process.env.TASKWARD_DATA || join(root, ".data"));

  const origin = `http://localhost:${port}`;
  console.log("Starting Taskward ...");
  const { pid, health } = await startWorker({
    port,
    data,
    dev_vars: secretsFile(),
    watch: options.watch ?? false,
    variables: { PUBLIC_ORIGIN: origin, ...localVariables(secrets, process.env) },
    secrets: { KEY_RING: secrets.KEY_RING, BOOTSTRAP_KEY: secrets.BOOTSTRAP_KEY },
  });

  const bootstrap_token = bootstrapToken(secrets.BOOTSTRAP_KEY);
  console.log(`
Taskward runs at ${origin}
  API docs: ${origin}/docs
  Mailbox:  ${origin}/mailbox
  Data:     ${data}

${health.bootstrapped ? "Workspace main has its ADMIN." : firstAdmin(origin, bootstrap_token)}

Next: "npm run demo${port === PORT_DEFAULT ? "" : ` -- --origin ${origin}`}" in another terminal shows what it does. Ctrl-C stops.`);
  process.send?.({ event: "ready", origin, worker_pid: pid, bootstrap_token });
});

function parseOptions() {
  try {
    return parseArgs({ options: { help: { type: "boolean", short: "h" }, watch: { type: "boolean" } } })
      .values;
  } catch (error) {
    throw new Refusal(`${/** @type {Error} */ (error).message}\nSee: npm start -- --help`);
  }
}

/**
 * @param {string} origin
 * @param {string} bootstrap_token
 */
function firstAdmin(origin, bootstrap_token) {
  return `Workspace main has no ADMIN yet. Whoever registers with this one-use token becomes it:
  Link:     ${origin}/#bootstrap=${bootstrap_token}
  Token:    ${bootstrap_token}`;
}
