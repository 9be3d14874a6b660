import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/**
 * `cdk synth` as anybody runs it, into a folder so far `below` a new one, on a machine where there is no Docker, no AWS account
 * and no way out.
 */
async function synth(below: string): Promise<{ template: string; assets: string }> {
  const home = mkdtempSync(join(tmpdir(), "refund-status-twice-"));
  folders.push(home);
  const outDir = join(home, below);
  await promisify(execFile)(join(root, "node_modules/.bin/cdk"), ["synth", "--quiet", "--output", outDir], {
    cwd: root,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CDK_DOCKER: "/nonexistent/docker",
      HTTPS_PROXY: "http://127.0.0.1:9",
      HTTP_PROXY: "http://127.0.0.1:9",
      AWS_EC2_METADATA_DISABLED: "true",
    },
  });
  const read = (name: string) => readFileSync(join(outDir, name), "utf8");
  return { template: read("RefundStatus.template.json"), assets: read("RefundStatus.assets.json") };
}

test("two syntheses give the same template and the same bundles wherever they are put, without Docker and without a network", async () => {
  const [first, second] = await Promise.all([synth("out"), synth("some/deeper/out")]);
  expect(second).toEqual(first);
  expect(first.template).toContain("AWS::DynamoDB::Table");
});
