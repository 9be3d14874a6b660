import { readFileSync } from "node:fs";
import { join } from "node:path";
import { functionNames } from "../../functions/function-envs.ts";
import { readSettings } from "../../infra/stage-settings.ts";
import { makeTemplate } from "../../infra/template.ts";
import type { Template } from "../../sandbox/stack/synthesized-template.ts";
import { localAccount, localRegion } from "../../tools/local-aws.ts";
import type { Emulator } from "./emulator/start-emulator.ts";
import { storedZip } from "./stored-zip.ts";

const bucket = `cdk-hnb659fds-assets-${localAccount}-${localRegion}`;

/**
 * The text of the template of these settings. The functions of the folder `bundles` are in the account's bucket then, by the
 * keys that the template names. It takes a tenth of what the command line takes, for tests that deploy the template themselves.
 */
export function uploadTemplate(
  { account }: Emulator,
  bundles: string,
  given: Readonly<Record<string, string>>,
): string {
  const template = makeTemplate(readSettings(given)) as Template;
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== "AWS::Lambda::Function") continue;
    const name = functionNames.find((one) => String(Properties.FunctionName).endsWith(one)) ?? "";
    const { S3Key } = Properties.Code as { S3Key: string };
    const code = readFileSync(join(bundles, name, "index.mjs"), "utf8");
    account.buckets.get(bucket)?.set(S3Key, storedZip({ "index.mjs": code }));
  }
  return JSON.stringify(template);
}
