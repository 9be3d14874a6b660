import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { partnerSecretPrefix } from "../infra/secret-names.ts";
import { localSecretsManager } from "../sandbox/local-secrets.ts";
import { localStage } from "../sandbox/stack/synthesized-template.ts";
import type { PartnerSecrets } from "./partners.ts";

/** What every command says about the deployment that it is for. */
export const deploymentOptions = {
  stage: { type: "string", default: "prod" },
  region: { type: "string" },
  profile: { type: "string" },
  local: { type: "boolean", default: false },
  data: { type: "string", default: ".sandbox" },
} as const;

export const deploymentUsage = `  --stage NAME [--region REGION] [--profile NAME]   a deployment, prod where none is named
  --local [--data .sandbox]                         the local run`;

export type Deployment = {
  readonly stage: string;
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  readonly local: boolean;
  readonly data: string;
};

/** The partners of a deployment, or of the local run. @throws an Error with one plain sentence where no run is ready */
export function partnerSecretsOf({ stage, region, profile, local, data }: Deployment): PartnerSecrets {
  if (local) {
    return { client: localSecretsManager(localEndpoint(data)), prefix: partnerSecretPrefix(localStage) };
  }
  const client = new SecretsManagerClient({ ...(region && { region }), ...(profile && { profile }) });
  return { client, prefix: partnerSecretPrefix(stage) };
}

function localEndpoint(data: string): string {
  try {
    const ready = JSON.parse(readFileSync(join(data, "ready.json"), "utf8"));
    return String(ready.secretsManager.endpoint);
  } catch (cause) {
    throw new Error(`no local run is ready in ${data}; start one with npm start`, { cause });
  }
}
