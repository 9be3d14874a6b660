import { join } from "node:path";
import { build, type Metafile } from "esbuild";

/** As CDK's NodejsFunction does by default, with the SDK in the bundle so that both sides bring their own. */
export async function bundleNaive(
  outDir: string,
  { minify = false, entry = "index.ts" } = {},
): Promise<{ file: string; metafile: Metafile }> {
  const file = join(outDir, "index.cjs");
  const { metafile } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    minify,
    metafile: true,
    logLevel: "silent",
  });
  return { file, metafile };
}
