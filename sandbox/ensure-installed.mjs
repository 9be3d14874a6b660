// Runs before the other scripts, on whatever Node the machine has: installs what package-lock.json names if it is not there.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");
const installed = join(root, "node_modules/.package-lock.json");
const wanted = join(root, "package-lock.json");

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs) {
  const { status } = spawnSync("npm", ["ci", "--include=dev", "--include=optional", "--no-fund", "--no-audit"], {
    cwd: root,
    // Standard output is for what the script itself has to say.
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    console.error("npm ci failed, and nothing runs without what it installs; its message is above");
    process.exit(1);
  }
}

const own = join(root, "node_modules/.bin/node");
if (!existsSync(own) && Number(process.versions.node.split(".")[0]) < 24) {
  console.error(
    `this needs Node 24 and found ${process.versions.node}; on Linux x64 npm installs one (do not omit optional)`,
  );
  process.exit(1);
}
