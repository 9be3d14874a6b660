import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { bundleFunction, functionNames } from "../infra/bundle/bundle-function.ts";
import { report, round, type Table, verdict } from "./report.ts";

const boundKb = 240;

/** What a module belongs to: its package, or this project. */
function ownerOf(module: string): string {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? "this project";
}

/** The size of each function's bundle, and whose code it is. */
export function benchBundle(): void {
  const folder = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  const rows: (string | number)[][] = [];
  const contributors: Table[] = [];
  for (const name of functionNames) {
    const { outputs } = bundleFunction(name, folder);
    const code = readFileSync(join(folder, "index.mjs"));
    const kb = round(code.length / 1000);
    rows.push([name, kb, round(gzipSync(code).length / 1000), boundKb, verdict(kb, boundKb)]);
    const bytes = new Map<string, number>();
    for (const { entryPoint, inputs } of Object.values(outputs)) {
      if (entryPoint === undefined) continue;
      for (const [module, { bytesInOutput }] of Object.entries(inputs)) {
        bytes.set(ownerOf(module), (bytes.get(ownerOf(module)) ?? 0) + bytesInOutput);
      }
    }
    const largest = [...bytes].toSorted(([, a], [, b]) => b - a).slice(0, 10);
    contributors.push({
      title: `bundle: whose code is in ${name}`,
      columns: ["of", "kB"],
      rows: largest.map(([owner, size]) => [owner, round(size / 1000)]),
    });
  }
  rmSync(folder, { recursive: true });
  const columns = ["function", "minified kB", "gzipped kB", "bound kB", ""];
  report("bundle", [{ title: "bundle: size", columns, rows }, ...contributors]);
}
