// `npm run bootstrap-link`: the one-use link that makes the first ADMIN of a workspace of any deployment whose
// bootstrap key you hold. It opens the console; nothing is asked of the service.
import { parseArgs } from "node:util";
import { mintBootstrapToken } from "../protocol/bootstrap-token.ts";
import { bootstrapKey, SecretsError } from "./local-secrets.ts";

const HELP = `npm run bootstrap-link -- --origin https://taskward.example [options]

Prints the link that makes the first ADMIN of a workspace. It is dead once the workspace has one; until then whoever
has it may use it, so hand it on as you would a password.

  --origin URL               where the service answers                      (http://localhost:8787)
  --workspace NAME           of a-z, 0-9 and -, 2 to 32 characters          (main)
  --bootstrap-key-file FILE  where the key is; or BOOTSTRAP_KEY holds it    (.dev.vars)
  --help                     show this`;

const WORKSPACE = /^[a-z0-9-]{2,32}$/;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      origin: { type: "string", default: "http://localhost:8787" },
      workspace: { type: "string", default: "main" },
      "bootstrap-key-file": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return say(HELP);
  if (!WORKSPACE.test(values.workspace)) return complain(`no workspace is called ${values.workspace}`);
  const { protocol = "" } = URL.canParse(values.origin) ? new URL(values.origin) : {};
  if (!/^https?:$/.test(protocol)) return complain(`${values.origin} is no address: https://… is wanted`);
  const { origin } = new URL(values.origin);
  const token = await mintBootstrapToken(bootstrapKey(values["bootstrap-key-file"]), values.workspace);
  const place = values.workspace === "main" ? "" : `&workspace=${values.workspace}`;
  return say(`${origin}/#bootstrap=${token}${place}`);
}

function say(text: string): number {
  console.log(text);
  return 0;
}

function complain(text: string): number {
  console.error(`${text}\n\n${HELP}`);
  return 2;
}

try {
  process.exitCode = await main();
} catch (error) {
  const expected =
    error instanceof SecretsError || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE");
  if (!expected) throw error;
  process.exitCode = complain((error as Error).message);
}
