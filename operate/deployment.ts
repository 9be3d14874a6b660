import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { localSecretsManager } from "../sandbox/local-secrets.ts";
import { localStage } from "../sandbox/stack/synthesized-template.ts";
import { defaultStage, partnerSecretPrefix } from "../shared/names.ts";
import type { PartnerSecrets } from "./partners.ts";

/** What every command says about the deployment that it is for. */
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
 * The partners of a deployment; of the local run where nothing about a deployment is said.
 * @throws an Error with one plain sentence where no local run is ready
 */
export function partnerSecretsOf({ stage, region, profile, data }: Deployment): PartnerSecrets {
  if (stage === undefined && region === undefined && profile === undefined) {
    return { client: localSecretsManager(localEndpoint(data)), prefix: partnerSecretPrefix(localStage) };
  }
  const client = new SecretsManagerClient({ ...(region && { region }), ...(profile && { profile }) });
  return { client, prefix: partnerSecretPrefix(stage ?? defaultStage) };
}

function localEndpoint(data: string): string {
  try {
    const ready = JSON.parse(readFileSync(join(data, "ready.json"), "utf8"));
    return String(ready.secretsManager.endpoint);
  } catch (cause) {
    throw new Error(`no local run is ready in ${data}; start one with npm start, or name a deployed one with --stage`, {
      cause,
    });
  }
}
