// Runs before the other scripts, on any Node: installs what package-lock.json names if it is missing.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const lock = join(root, ".installing");
const abandonedMs = 15 * 60_000;

/** True if everything that the lock file names is installed, except optional packages for other platforms. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
    const found = JSON.parse(readFileSync(join(root, "node_modules/.package-lock.json"), "utf8")).packages;
    return Object.entries(wanted).every(
      ([path, { version, optional }]) =>
        path === "" || (found[path] === undefined ? optional : found[path].version === version),
    );
  } catch {
    return false;
  }
}

/** One process installs at a time, because two at once break both installations. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > abandonedMs) rmSync(lock, { recursive: true });
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
  }
}

if (!isInstalled()) {
  takeLock();
  let status = 0;
  try {
    if (!isInstalled()) {
      // Standard output belongs to the script that runs next. npm's warnings are about an older Node, which is replaced here.
      console.error("Installing the packages, which takes about a minute the first time …");
      const npm = spawnSync("npm", ["ci", "--include=dev", "--include=optional", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", 2, 2],
      });
      status = npm.status ?? 1;
    }
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
  if (status !== 0) {
    console.error("npm ci failed; its message is above");
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
