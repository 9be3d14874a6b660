import type { Command } from "commander";
import { publicKeyOf } from "../shared/webhook/ed25519-keys.ts";
import type { WebhookConfig } from "../shared/webhook/webhook-config.ts";
import { readWebhookUrl, wrongUrls } from "../shared/webhook/webhook-url.ts";
import { type CommandIo, required } from "../tools/command-line.ts";
import { findPartner, Refused } from "../tools/partner-secrets.ts";
import {
  removeWebhook,
  requireWebhook,
  retireWebhookSecret,
  rotateWebhook,
  setWebhook,
  type WebhookSecrets,
} from "../tools/webhook-secrets.ts";
import { loopbackOriginsOf, partnerSecretsOf, webhookSecretsOf } from "./deployment.ts";
import { openPartnerAudit } from "./partner-audit.ts";
import type { PartnerOptions } from "./partner-change.ts";
import { sendExample } from "./webhook-example.ts";

/** Instances keep a webhook in memory for this long. */
const delay = "within 5 seconds";

type SetOptions = { readonly url: string; readonly v1a?: boolean };
type Run<More> = (webhooks: WebhookSecrets, options: PartnerOptions & More) => Promise<string>;

/** `npm run partner -- webhook …`: where a partner's events are posted, and what they are signed with. */
export function addWebhookCommands(program: Command, io: CommandIo): void {
  const webhook = program.command("webhook").description("where a partner's events are posted").helpCommand(false);
  const add = <More = object>(name: string, what: string, run: Run<More>): Command =>
    required(webhook.command(name).option("--id <name>", "the partner"), "--id")
      .description(what)
      .action(async (_, command: Command) => {
        const options = command.optsWithGlobals<PartnerOptions & More>();
        io.stdout.write(await run(webhookSecretsOf(options), options));
      });
  const change = <More = object>(name: string, what: string, run: Run<More>): Command =>
    add<More>(name, what, async (webhooks, options) => {
      const audit = await openPartnerAudit(options, io);
      const made = { partnerId: options.id, change: `webhook ${name}` };
      return await audit.record(made, webhooks.client, () => run(webhooks, options));
    });

  const set = change<SetOptions>("set", "posts the partner's events there; prints the secret, once", setUrl)
    .option("--url <url>", "where to, https")
    .option("--v1a", "signs with a private key, and prints its public key");
  required(set, "--url");
  change("rotate", "another secret; both sign until the old one is retired", async (webhooks, { id, json }) =>
    newSecret(await rotateWebhook(webhooks, id), json, "The old one signs too until it is retired."),
  );
  change("retire", "ends the old secret, once the partner knows the new one", async (webhooks, { id, json }) => {
    const config = await retireWebhookSecret(webhooks, id);
    return json ? shown(config, json) : `The old secret of ${id} ends ${delay}.\n`;
  });
  add("show", "the webhook, without secrets", async (webhooks, { id, json }) =>
    shown(await requireWebhook(webhooks, id), json),
  );
  add("test", "sends an example now and says what came of it", async (webhooks, options) =>
    sendExample(await requireWebhook(webhooks, options.id), {
      isLoopbackAllowed: loopbackOriginsOf(options),
      json: options.json === true,
    }),
  );
  change("remove", "no more webhooks; the partner still has the feed", async (webhooks, { id, json }) => {
    await removeWebhook(webhooks, id);
    if (json) return `${JSON.stringify({ partnerId: id, url: null })}\n`;
    return `${id} gets no more webhooks ${delay}. Its events stay in the feed.\n`;
  });
}

async function setUrl(webhooks: WebhookSecrets, options: PartnerOptions & SetOptions): Promise<string> {
  const { id, url, v1a, json } = options;
  const { wrong } = readWebhookUrl(url, loopbackOriginsOf(options));
  if (wrong !== undefined) throw new Refused(`--url: ${wrongUrls[wrong]}`);
  const partner = await findPartner(partnerSecretsOf(options), id);
  const config = await setWebhook(webhooks, partner, { url, scheme: v1a ? "v1a" : "v1" });
  return newSecret(config, json, `It is in use ${delay}.`);
}

/** What the partner is given: the secret itself, or the public key of a private one, which stays here. */
function newSecret(
  { partnerId, url, scheme, secrets: [newest = ""] }: WebhookConfig,
  json: boolean | undefined,
  when: string,
): string {
  const given = scheme === "v1" ? { secret: newest } : { publicKey: publicKeyOf(newest) };
  if (json) return `${JSON.stringify(given)}\n`;
  const [label, value] = scheme === "v1" ? ["Secret     ", newest] : ["Public key ", publicKeyOf(newest)];
  const once = scheme === "v1" ? "The secret is shown this once. " : "";
  return `Partner    ${partnerId}\nURL        ${url}\n${label}${value}\n\n${once}${when}\n`;
}

function shown({ partnerId, url, scheme, secrets }: WebhookConfig, json: boolean | undefined): string {
  const publicKeys = scheme === "v1a" ? secrets.map(publicKeyOf) : [];
  const told = { partnerId, url, scheme, secrets: secrets.length, ...(scheme === "v1a" && { publicKeys }) };
  if (json) return `${JSON.stringify(told)}\n`;
  const signed = `${scheme}, ${secrets.length > 1 ? "two secrets" : "one secret"}`;
  const keys = publicKeys.map((key) => `Public key ${key}\n`);
  return `Partner    ${partnerId}\nURL        ${url}\nSigned by  ${signed}\n${keys.join("")}`;
}
