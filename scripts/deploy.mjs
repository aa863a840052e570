// `npm run deploy`: installs what is missing, then hands over to release.mjs on the newer Node.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ensureInstalled, node, root, run, toolEnvironment } from "./install.mjs";

await run(() => {
  ensureInstalled();
  const { status } = spawnSync(node, [join(root, "scripts", "release.mjs"), ...process.argv.slice(2)], {
    cwd: root,
    stdio: "inherit",
    env: toolEnvironment(),
  });
  process.exitCode = status ?? 1;
});
