/** `npm run partner`: adds and removes partners, and replaces their keys. */

import { parseArgs } from "node:util";
import type { Partner } from "../shared/partner/partner.ts";
import { fail } from "../tools/fail.ts";
import {
  addPartner,
  listPartners,
  recoveryDays,
  removePartner,
  retireKey,
  rotateKey,
} from "../tools/partner-secrets.ts";
import { removeWebhookIfAny } from "../tools/webhook-secrets.ts";
import { deploymentOptions, deploymentUsage, partnerSecretsOf, webhookSecretsOf } from "./deployment.ts";
import { runWebhookCommand } from "./partner-webhook.ts";

const usage = `npm run partner -- add    --id NAME --mid MID[,MID…]   a new partner; prints its AppId and AppKey, once
               rotate --id NAME                   another key; both are valid until the old one is retired
               retire --id NAME                   ends the old key, once the partner uses the new one
               remove --id NAME                   shuts the partner out
               list                               all partners, without keys
               webhook set|rotate|retire|show|test|remove   where its events are posted
${deploymentUsage}`;

/** Function instances keep a partner in memory for this long. */
const delay = "at the latest in 15 minutes";

function readCommand() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { id: { type: "string" }, mid: { type: "string", multiple: true }, ...deploymentOptions },
    });
    const [command = "", ...more] = positionals;
    // The shell splits `--mid A, B` into an option and one more word.
    const mids = [...(values.mid ?? []), ...more].flatMap((text) => text.split(",")).filter((mid) => mid.trim() !== "");
    if (more.length > 0 && values.mid === undefined) fail(`unknown argument: ${more.join(" ")}\n${usage}`);
    return { ...values, command, mids: mids.map((mid) => mid.trim()) };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

async function run(): Promise<string> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "webhook") return await runWebhookCommand(rest);
  const { command, id, mids, ...deployment } = readCommand();
  if (command === "list") return listed(await listPartners(partnerSecretsOf(deployment)));
  if (!["add", "rotate", "retire", "remove"].includes(command)) return fail(usage);
  if (id === undefined) return fail(`--id: required\n${usage}`);

  const where = partnerSecretsOf(deployment);
  switch (command) {
    case "add":
      return credentials(await addPartner(where, id, mids), "It is valid from now on.");
    case "rotate":
      return credentials(await rotateKey(where, id), "The old AppKey stays valid until it is retired.");
    case "retire":
      await retireKey(where, id);
      return `The old key of ${id} ends ${delay}.\n`;
    default:
      // First the webhook, so that no other partner of this name can ever get what was meant for this one.
      await removeWebhookIfAny(webhookSecretsOf(deployment), id);
      await removePartner(where, id);
      return `${id} is shut out ${delay}. Its secret can be restored for ${recoveryDays} days.\n`;
  }
}

function credentials({ partnerId, appId, appKeys: [appKey], mids }: Partner, validity: string): string {
  return [
    `Partner    ${partnerId}`,
    `AppId      ${appId}`,
    `AppKey     ${appKey}`,
    `Merchants  ${mids.join(", ")}`,
    "",
    `The AppKey is shown this once. ${validity}`,
    "",
  ].join("\n");
}

function listed(partners: readonly Partner[]): string {
  if (partners.length === 0) return "There are no partners.\n";
  return partners
    .map(({ partnerId, appId, appKeys, mids }) => {
      const keys = appKeys.length > 1 ? "two keys" : "one key";
      return `${partnerId}  AppId ${appId}  ${keys}  mid ${mids.join(", ")}\n`;
    })
    .join("");
}

try {
  process.stdout.write(await run());
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
