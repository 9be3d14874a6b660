/** `npm run partner`: adds and removes partners, and replaces their keys. */

import { parseArgs } from "node:util";
import { allowances, type Partner } from "../shared/partner/partner.ts";
import { fail } from "../tools/fail.ts";
import {
  addPartner,
  allowPartner,
  disallowPartner,
  listPartners,
  recoveryDays,
  removePartner,
  retireKey,
  rotateKey,
  setShare,
} from "../tools/partner-secrets.ts";
import { removeWebhookIfAny } from "../tools/webhook-secrets.ts";
import { deploymentOptions, deploymentUsage, partnerSecretsOf, webhookSecretsOf } from "./deployment.ts";
import { formatHistory } from "./format-history.ts";
import { openPartnerAudit } from "./partner-audit.ts";
import { runWebhookCommand } from "./partner-webhook.ts";

const usage = `npm run partner -- add    --id NAME --mid MID[,MID…]   a new partner; prints its AppId and AppKey, once
               rotate --id NAME                   another key; both are valid until the old one is retired
               retire --id NAME                   ends the old key, once the partner uses the new one
               remove --id NAME                   shuts the partner out
               allow    --id NAME --token | --chinaums-statuses
                             access tokens, which can be replayed; or ChinaUMS's own statuses for every error
               disallow --id NAME --token | --chinaums-statuses
               share    --id NAME --per-second N --burst N | --default
                             the requests that it may send in the long run, and at once; or those of the deployment
               history  --id NAME                  who has changed it, and when
               list                               all partners, without keys
               webhook set|rotate|retire|show|test|remove   where its events are posted
${deploymentUsage}`;

/** Function instances keep a partner in memory for this long. */
const delay = "at the latest in 15 minutes";

function readCommand() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        id: { type: "string" },
        mid: { type: "string", multiple: true },
        token: { type: "boolean", default: false },
        "chinaums-statuses": { type: "boolean", default: false },
        "per-second": { type: "string" },
        burst: { type: "string" },
        default: { type: "boolean", default: false },
        ...deploymentOptions,
      },
    });
    const [command = "", ...more] = positionals;
    // The shell splits `--mid A, B` into an option and one more word.
    const mids = [...(values.mid ?? []), ...more].flatMap((text) => text.split(",")).filter((mid) => mid.trim() !== "");
    if (more.length > 0 && values.mid === undefined) fail(`unknown argument: ${more.join(" ")}\n${usage}`);
    const chosen = allowances.filter((allowance) => values[allowance]);
    const share = values.default ? undefined : { perSecond: Number(values["per-second"]), burst: Number(values.burst) };
    return { ...values, command, chosen, share, mids: mids.map((mid) => mid.trim()) };
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\n${usage}`);
  }
}

async function run(): Promise<string> {
  const [first, ...rest] = process.argv.slice(2);
  if (first === "webhook") return await runWebhookCommand(rest);
  const { command, id, mids, chosen, share, ...deployment } = readCommand();
  if (command === "list") return listed(await listPartners(partnerSecretsOf(deployment)));
  if (!["add", "rotate", "retire", "remove", "allow", "disallow", "share", "history"].includes(command))
    return fail(usage);
  if (id === undefined) return fail(`--id: required\n${usage}`);
  if (command.endsWith("allow") !== chosen.length > 0) {
    return fail(`--token, --chinaums-statuses: one of them for allow and disallow, and for nothing else\n${usage}`);
  }

  const audit = await openPartnerAudit(deployment);
  if (command === "history") return formatHistory(await audit.read(id));
  const where = partnerSecretsOf(deployment);
  return await audit.record({ partnerId: id, change: command }, where.client, async () => {
    switch (command) {
      case "add":
        return credentials(await addPartner(where, id, mids), "It is valid from now on.");
      case "rotate":
        return credentials(await rotateKey(where, id), "The old AppKey stays valid until it is retired.");
      case "retire":
        await retireKey(where, id);
        return `The old key of ${id} ends ${delay}.\n`;
      case "allow":
        return allowed(await allowPartner(where, id, chosen));
      case "disallow":
        return allowed(await disallowPartner(where, id, chosen));
      case "share":
        return shared(await setShare(where, id, share));
      default:
        // First the webhook, so that no other partner of this name can ever get what was meant for this one.
        await removeWebhookIfAny(webhookSecretsOf(deployment), id);
        await removePartner(where, id);
        return `${id} is shut out ${delay}. Its secret can be restored for ${recoveryDays} days.\n`;
    }
  });
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

function allowed(partner: Partner): string {
  return `${partner.partnerId} is allowed: ${allowanceText(partner) || "nothing"}. It takes effect ${delay}.\n`;
}

function shared({ partnerId, share }: Partner): string {
  return `${partnerId} has ${shareText(share)}. It takes effect ${delay}.\n`;
}

function shareText(share: Partner["share"]): string {
  return share === undefined
    ? "the share of the deployment"
    : `a share of ${share.perSecond}/s, ${share.burst} at once`;
}

function allowanceText({ allow = [] }: Partner): string {
  return allow.join(", ");
}

function listed(partners: readonly Partner[]): string {
  if (partners.length === 0) return "There are no partners.\n";
  return partners
    .map((partner) => {
      const { partnerId, appId, appKeys, mids } = partner;
      const keys = appKeys.length > 1 ? "two keys" : "one key";
      const allows = allowanceText(partner);
      const more = [allows && `  allowed ${allows}`, partner.share && `  ${shareText(partner.share)}`];
      return `${partnerId}  AppId ${appId}  ${keys}  mid ${mids.join(", ")}${more.filter(Boolean).join("")}\n`;
    })
    .join("");
}

try {
  process.stdout.write(await run());
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
