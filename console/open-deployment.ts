import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import {
  awsOptions,
  type Deployment,
  isLocal,
  localRun,
  partnerSecretsOf,
  webhookSecretsOf,
} from "../operate/deployment.ts";
import { openPartnerAudit } from "../operate/partner-audit.ts";
import { defaultStage } from "../shared/names.ts";
import { defaultLadders } from "../shared/refund/recheck-ladder.ts";
import { localDynamoDb } from "../tools/local-aws.ts";
import type { ConsoleDeps } from "./console-deps.ts";
import { laddersIn, readDeployedLadders } from "./deployed-ladders.ts";
import { createCloudWatchTelemetry } from "./metrics/cloudwatch-telemetry.ts";
import { noTelemetry } from "./metrics/service-metrics.ts";

type Opened = Omit<ConsoleDeps, "token" | "isReadOnly" | "by" | "now" | "random" | "sleep">;

/** What the console needs of the local run, or of a deployed stage. @throws an Error with one plain sentence if there is none */
export async function openDeployment(
  deployment: Deployment & { readonly table?: string | undefined },
): Promise<Opened> {
  const secrets = { partners: partnerSecretsOf(deployment), webhooks: webhookSecretsOf(deployment) };
  const audit = { openPartnerAudit: () => openPartnerAudit(deployment) };
  if (isLocal(deployment)) {
    const ready = localRun(deployment.data);
    const { endpoint, table } = ready.dynamodb;
    const ladders = ready.ladders === undefined ? defaultLadders : laddersIn(ready.ladders);
    const here = { client: localDynamoDb(endpoint), table, telemetry: noTelemetry, ladders, localRun: ready };
    return { ...secrets, ...audit, ...here };
  }
  const { stage = defaultStage, table } = deployment;
  const options = awsOptions(deployment);
  return {
    ...secrets,
    ...audit,
    client: new DynamoDBClient(options),
    table: table ?? "",
    telemetry: createCloudWatchTelemetry(new CloudWatchClient(options), stage),
    ladders: await readDeployedLadders(new LambdaClient(options), stage),
    localRun: undefined,
  };
}
