import { GetSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import type { KeyPair } from "../../client/signed-request.ts";
import { localSecretsManager } from "../../tools/local-aws.ts";
import { type Ready, readReady } from "../../tools/ready.ts";
import { localPlatformSecret } from "../local-secrets.ts";

/** The options that say who is asked, and as whom. */
export type Addressee = {
  readonly data: string;
  readonly url?: string;
  readonly appId?: string;
  readonly appKey?: string;
  readonly direct?: boolean;
};

/** Where to ask and with which pair: the local run as its first partner, as far as nothing else is said. */
export async function whomToAsk(options: Addressee): Promise<{ url: string; credentials: KeyPair }> {
  const { url, appId, appKey, direct } = options;
  if (url !== undefined && !/^https?:\/\//.test(url)) throw new Error("--url begins with http:// or https://");
  if (url !== undefined && appId !== undefined && appKey !== undefined) return { url, credentials: { appId, appKey } };
  const ready = localRun(options.data);
  const own = direct ? await platformOf(ready) : ready.partners[0];
  const credentials = { appId: appId ?? own?.appId ?? "", appKey: appKey ?? own?.appKey ?? "" };
  return { url: url ?? (direct ? ready.upstreamUrl : ready.url), credentials };
}

function localRun(data: string): Ready {
  try {
    return readReady(data);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}, or give --url, --app-id and --app-key`, { cause });
  }
}

async function platformOf(ready: Ready): Promise<KeyPair> {
  const client = localSecretsManager(ready.secretsManager.endpoint);
  const { SecretString = "{}" } = await client.send(new GetSecretValueCommand({ SecretId: localPlatformSecret }));
  return JSON.parse(SecretString) as KeyPair;
}
