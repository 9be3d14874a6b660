import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { defaultStage, partnerSecretPrefix, webhookSecretPrefix } from "../shared/names.ts";
import { type IsLoopbackAllowed, noLoopback, readLoopbackOrigins } from "../shared/webhook/loopback-origins.ts";
import { localSecretsManager, localStage } from "../tools/local-aws.ts";
import type { PartnerSecrets } from "../tools/partner-secrets.ts";
import { type Ready, readReady } from "../tools/ready.ts";
import type { WebhookSecrets } from "../tools/webhook-secrets.ts";

/** The options by which a command is told which deployment it is for. */
export const deploymentOptions = {
  stage: { type: "string" },
  region: { type: "string" },
  profile: { type: "string" },
  data: { type: "string", default: ".sandbox" },
} as const;

export const deploymentUsage = `    [--data .sandbox]                              the local run
    [--stage prod] [--region R] [--profile P]      a deployed one, with your ordinary AWS credentials`;

export type Deployment = {
  readonly stage?: string | undefined;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly data: string;
};

/**
 * The partners' secrets of a deployment, or of the local run if no option names a deployment.
 * @throws an Error with one plain sentence if no local run is ready
 */
export function partnerSecretsOf(deployment: Deployment): PartnerSecrets {
  return secretsOf(deployment, partnerSecretPrefix);
}

/** The secrets of the partners' webhooks. @throws as `partnerSecretsOf` does */
export function webhookSecretsOf(deployment: Deployment): WebhookSecrets {
  return secretsOf(deployment, webhookSecretPrefix);
}

/** The origins of this machine that webhooks of a deployment may lead to: none, but for the local run. */
export function loopbackOriginsOf(deployment: Deployment): IsLoopbackAllowed {
  return isLocal(deployment) ? readLoopbackOrigins(localRun(deployment.data).webhookLoopback) : noLoopback;
}

export function isLocal({ stage, region, profile }: Deployment): boolean {
  return stage === undefined && region === undefined && profile === undefined;
}

function secretsOf(deployment: Deployment, prefixOf: (stage: string) => string) {
  const { stage, data } = deployment;
  if (isLocal(deployment)) {
    return { client: localSecretsManager(localRun(data).secretsManager.endpoint), prefix: prefixOf(localStage) };
  }
  return { client: new SecretsManagerClient(awsOptions(deployment)), prefix: prefixOf(stage ?? defaultStage) };
}

/** What a client of AWS is made with for a deployed stage. */
export function awsOptions({ region, profile }: Deployment) {
  return { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
}

/** What the local run in that folder has written. @throws an Error with one plain sentence if none is ready */
export function localRun(data: string): Ready {
  try {
    return readReady(data);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}, or name a deployed one with --stage`, { cause });
  }
}
