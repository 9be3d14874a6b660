import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { coldStart, withFakes } from "../../bench/cold-start.ts";
import { bundleNaive } from "../../bench/naive/bundle-naive.ts";
import { bundleFunctions } from "../../infra/bundle/bundle-functions.ts";

test("the service and the one that it is compared with both answer the first request of the bench", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refund-status-cold-"));
  try {
    bundleFunctions(["refund-query"], folder);
    const { file: naive } = await bundleNaive(join(folder, "naive"));
    const ours = join(folder, "refund-query/index.mjs");
    const answers = await withFakes((env) =>
      Promise.all([ours, naive].map(async (bundle) => (await coldStart(bundle, env, true)).answered)),
    );
    expect(answers.map((answered) => answered?.statusCode)).toEqual([200, 200]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
