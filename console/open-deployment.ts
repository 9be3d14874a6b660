import { setTimeout as sleep } from "node:timers/promises";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { LambdaClient } from "@aws-sdk/client-lambda";
import {
  awsOptions,
  type Deployment,
  isLocal,
  localRun,
  partnerSecretsOf,
  tableOf,
  webhookSecretsOf,
} from "../operate/deployment.ts";
import { openPartnerAudit } from "../operate/partner-audit.ts";
import { defaultStage } from "../shared/names.ts";
import { defaultLadders } from "../shared/refund/recheck-ladder.ts";
import type { ConsoleDeps } from "./console-deps.ts";
import { laddersIn, readDeployedLadders } from "./deployed-ladders.ts";
import { createCloudWatchTelemetry } from "./metrics/cloudwatch-telemetry.ts";
import { createInsightsQuery } from "./metrics/insights-query.ts";
import { noTelemetry } from "./metrics/service-metrics.ts";

type Opened = Omit<ConsoleDeps, "token" | "isReadOnly" | "by" | "now" | "random" | "sleep">;

/** What the console needs of the local run, or of a deployed stage. @throws an Error with one plain sentence if there is none */
export async function openDeployment(
  deployment: Deployment & { readonly table?: string | undefined },
): Promise<Opened> {
  const of = {
    ...(await tableOf(deployment)),
    partners: partnerSecretsOf(deployment),
    webhooks: webhookSecretsOf(deployment),
    openPartnerAudit: () => openPartnerAudit(deployment, process),
  };
  if (isLocal(deployment)) {
    const ready = localRun(deployment.data);
    const ladders = ready.ladders === undefined ? defaultLadders : laddersIn(ready.ladders);
    return { ...of, telemetry: noTelemetry, ladders, localRun: { ...ready, data: deployment.data } };
  }
  const { stage = defaultStage } = deployment;
  const options = awsOptions(deployment);
  const lambda = new LambdaClient(options);
  const logs = new CloudWatchLogsClient(options);
  return {
    ...of,
    telemetry: {
      ...createCloudWatchTelemetry(new CloudWatchClient(options), stage),
      readActivity: undefined,
      activityQuery: createInsightsQuery({ logs, lambda, stage, now: Date.now, sleep: (ms) => sleep(ms) }),
    },
    ladders: await readDeployedLadders(lambda, stage),
    localRun: undefined,
  };
}
