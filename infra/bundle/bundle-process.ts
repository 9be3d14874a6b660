/** Bundles functions into the folder of the first argument, and prints esbuild's metafile. The others name the functions. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { bundleSettings } from "./bundle-settings.ts";

const [outDir = ".", ...names] = process.argv.slice(2);
/**
 * Where esbuild takes the bundles to be. A source map names its sources from there, so a bundle is the same wherever it is
 * written to.
 */
const outdir = join(bundleSettings.absWorkingDir, "bundles");
const { metafile, outputFiles } = await build({
  ...bundleSettings,
  entryPoints: names.map((name) => ({ in: `functions/${name}/index.ts`, out: join(name, "index") })),
  outdir,
  outExtension: { ".js": ".mjs" },
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
  write: false,
});
for (const { path, contents } of outputFiles) {
  const file = join(outDir, relative(outdir, path));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
}
process.stdout.write(JSON.stringify(metafile));
