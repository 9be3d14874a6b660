/** `npm run partner -- webhook …`: where a partner's events are posted, and what they are signed with. */

import { parseArgs } from "node:util";
import { publicKeyOf } from "../shared/webhook/ed25519-keys.ts";
import type { WebhookConfig } from "../shared/webhook/webhook-config.ts";
import { readWebhookUrl, wrongUrls } from "../shared/webhook/webhook-url.ts";
import { fail } from "../tools/fail.ts";
import { findPartner, Refused } from "../tools/partner-secrets.ts";
import {
  removeWebhook,
  requireWebhook,
  retireWebhookSecret,
  rotateWebhook,
  setWebhook,
  type WebhookSecrets,
} from "../tools/webhook-secrets.ts";
import {
  deploymentOptions,
  deploymentUsage,
  loopbackOriginsOf,
  partnerSecretsOf,
  webhookSecretsOf,
} from "./deployment.ts";
import { openPartnerAudit } from "./partner-audit.ts";
import { sendExample } from "./webhook-example.ts";

export const webhookUsage = `npm run partner -- webhook set    --id NAME --url URL [--v1a]   posts the partner's events there; prints the secret, once
                       rotate --id NAME               another secret; both sign until the old one is retired
                       retire --id NAME               ends the old secret, once the partner knows the new one
                       show   --id NAME               the webhook, without secrets
                       test   --id NAME               sends an example now and says what came of it
                       remove --id NAME               no more webhooks; the partner still has the feed
    [--json]                                          for programs
${deploymentUsage}`;

const commands = ["set", "rotate", "retire", "show", "test", "remove"];

/** Instances keep a webhook in memory for this long. */
const delay = "within 5 seconds";

/** Runs one of the commands and gives its output. @throws an Error with a sentence for the operator */
export async function runWebhookCommand(args: readonly string[]): Promise<string> {
  const asked = readArgs(args);
  const { command, id } = asked;
  const webhooks = webhookSecretsOf(asked);
  if (command === "show" || command === "test") return await carryOut(asked, webhooks);
  const audit = await openPartnerAudit(asked);
  const change = { partnerId: id, change: `webhook ${command}` };
  return await audit.record(change, webhooks.client, () => carryOut(asked, webhooks));
}

async function carryOut(asked: ReturnType<typeof readArgs>, webhooks: WebhookSecrets): Promise<string> {
  const { command, id, url, v1a, json, ...deployment } = asked;
  switch (command) {
    case "set": {
      if (url === undefined) return fail(`--url: required\n${webhookUsage}`);
      const { wrong } = readWebhookUrl(url, loopbackOriginsOf(deployment));
      if (wrong !== undefined) throw new Refused(`--url: ${wrongUrls[wrong]}`);
      const partner = await findPartner(partnerSecretsOf(deployment), id);
      const config = await setWebhook(webhooks, partner, { url, scheme: v1a ? "v1a" : "v1" });
      return newSecret(config, json, `It is in use ${delay}.`);
    }
    case "rotate":
      return newSecret(await rotateWebhook(webhooks, id), json, "The old one signs too until it is retired.");
    case "retire":
      await retireWebhookSecret(webhooks, id);
      return `The old secret of ${id} ends ${delay}.\n`;
    case "show":
      return shown(await requireWebhook(webhooks, id), json);
    case "test":
      return await sendExample(await requireWebhook(webhooks, id), {
        isLoopbackAllowed: loopbackOriginsOf(deployment),
        json,
      });
    case "remove":
      await removeWebhook(webhooks, id);
      return `${id} gets no more webhooks ${delay}. Its events stay in the feed.\n`;
    default:
      return fail(webhookUsage);
  }
}

function readArgs(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        id: { type: "string" },
        url: { type: "string" },
        v1a: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        ...deploymentOptions,
      },
    });
    const [command = "", ...more] = positionals;
    if (!commands.includes(command)) fail(webhookUsage);
    if (more.length > 0) fail(`unknown argument: ${more.join(" ")}\n${webhookUsage}`);
    if (values.id === undefined) return fail(`--id: required\n${webhookUsage}`);
    return { ...values, id: values.id, command };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${webhookUsage}`);
  }
}

/** What the partner is given: the secret itself, or the public key of a private one, which stays here. */
function newSecret(
  { partnerId, url, scheme, secrets: [newest = ""] }: WebhookConfig,
  json: boolean,
  when: string,
): string {
  const given = scheme === "v1" ? { secret: newest } : { publicKey: publicKeyOf(newest) };
  if (json) return `${JSON.stringify(given)}\n`;
  const [label, value] = scheme === "v1" ? ["Secret     ", newest] : ["Public key ", publicKeyOf(newest)];
  const once = scheme === "v1" ? "The secret is shown this once. " : "";
  return `Partner    ${partnerId}\nURL        ${url}\n${label}${value}\n\n${once}${when}\n`;
}

function shown({ partnerId, url, scheme, secrets }: WebhookConfig, json: boolean): string {
  const publicKeys = scheme === "v1a" ? secrets.map(publicKeyOf) : [];
  const told = { partnerId, url, scheme, secrets: secrets.length, ...(scheme === "v1a" && { publicKeys }) };
  if (json) return `${JSON.stringify(told)}\n`;
  const signed = `${scheme}, ${secrets.length > 1 ? "two secrets" : "one secret"}`;
  const keys = publicKeys.map((key) => `Public key ${key}\n`);
  return `Partner    ${partnerId}\nURL        ${url}\nSigned by  ${signed}\n${keys.join("")}`;
}
