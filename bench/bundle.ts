import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Metafile } from "esbuild";
import { functionNames } from "../functions/function-envs.ts";
import { bundleFunctions } from "../infra/bundle/bundle-functions.ts";
import { bundleNaive } from "./naive/bundle-naive.ts";
import { report, round, type Table, verdict } from "./report.ts";

const targetKb = 240;

/** What is in a bundle by package, or by folder of ours, largest first. */
function contributors(metafile: Metafile): [string, number][] {
  const bytes = new Map<string, number>();
  const bundle = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  for (const [file, { bytesInOutput }] of Object.entries(bundle?.inputs ?? {})) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? file.split("/").slice(0, 2).join("/");
    bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
  }
  return [...bytes].sort(([, a], [, b]) => b - a);
}

export async function benchBundle(): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), "refund-status-bench-"));
  try {
    const sizes: (string | number)[][] = [];
    const largest: Table[] = [];
    const size = (name: string, file: string, target?: number) => {
      const bytes = readFileSync(file);
      const kb = bytes.length / 1000;
      const bound = target === undefined ? ["", ""] : [target, verdict(kb, target)];
      sizes.push([name, round(kb), round(gzipSync(bytes).length / 1000), ...bound]);
    };
    for (const name of functionNames) {
      const metafile = bundleFunctions([name], data);
      size(name, join(data, name, "index.mjs"), targetKb);
      const rows = contributors(metafile)
        .slice(0, 10)
        .map(([what, bytes]) => [what, round(bytes / 1000)]);
      largest.push({ title: `bundle: the ten largest contributors of ${name}`, columns: ["", "KB"], rows });
    }
    size("naive", (await bundleNaive(join(data, "naive"))).file);
    size("naive, minified", (await bundleNaive(join(data, "minified"), { minify: true })).file);
    const columns = ["function", "KB", "KB gzipped", "target", ""];
    report("bundle", [{ title: "bundle: size", columns, rows: sizes }, ...largest]);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}
