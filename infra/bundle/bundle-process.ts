/** Bundles the function of the first argument into the folder of the second, and prints esbuild's metafile. */
import { join } from "node:path";
import { build } from "esbuild";
import { bundleSettings } from "./bundle-settings.ts";

const [name, outDir = "."] = process.argv.slice(2);
const { metafile } = await build({
  ...bundleSettings,
  entryPoints: [`functions/${name}/index.ts`],
  outfile: join(outDir, "index.mjs"),
  sourcemap: "linked",
  sourcesContent: false,
  metafile: true,
});
process.stdout.write(JSON.stringify(metafile));
