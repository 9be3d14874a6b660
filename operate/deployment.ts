import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { defaultStage, partnerSecretPrefix } from "../shared/names.ts";
import { localSecretsManager, localStage } from "../tools/local-aws.ts";
import type { PartnerSecrets } from "../tools/partner-secrets.ts";
import { type Ready, readReady } from "../tools/ready.ts";

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
export function partnerSecretsOf({ stage, region, profile, data }: Deployment): PartnerSecrets {
  if (stage === undefined && region === undefined && profile === undefined) {
    return {
      client: localSecretsManager(localRun(data).secretsManager.endpoint),
      prefix: partnerSecretPrefix(localStage),
    };
  }
  const client = new SecretsManagerClient({ ...(region && { region }), ...(profile && { profile }) });
  return { client, prefix: partnerSecretPrefix(stage ?? defaultStage) };
}

function localRun(data: string): Ready {
  try {
    return readReady(data);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}, or name a deployed one with --stage`, { cause });
  }
}
