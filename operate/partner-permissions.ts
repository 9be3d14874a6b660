import type { Command } from "commander";
import { type Allowance, allowances, type Partner } from "../shared/partner/partner.ts";
import type { CommandIo } from "../tools/command-line.ts";
import { allowPartner, disallowPartner, Refused, setShare } from "../tools/partner-secrets.ts";
import { allowanceText, partnerDelay, partnerJson, shareText } from "./format-partner.ts";
import { changeCommand } from "./partner-change.ts";
import type { Printed } from "./print.ts";

type AllowOptions = { readonly token?: boolean; readonly chinaumsStatuses?: boolean };
type ShareOptions = { readonly perSecond?: string; readonly burst?: string; readonly default?: boolean };

/** `npm run partner -- allow`, `disallow` and `share`. */
export function addPermissionCommands(program: Command, io: CommandIo): void {
  const change = changeCommand(program, io);
  for (const [name, what, make] of [
    ["allow", "allows it more beside asking", allowPartner],
    ["disallow", "no longer allows it that", disallowPartner],
  ] as const) {
    change<AllowOptions>(name, what, async (where, options) => {
      return printAllowed(await make(where, options.id, chosenOf(options)));
    })
      .option("--token", "access tokens, which can be replayed")
      .option("--chinaums-statuses", "ChinaUMS's own statuses for every error");
  }
  change<ShareOptions>(
    "share",
    "the requests that it may send in the long run, and at once",
    async (where, options) => {
      const { id, perSecond, burst } = options;
      const share = options.default ? undefined : { perSecond: Number(perSecond), burst: Number(burst) };
      return printShare(await setShare(where, id, share));
    },
  )
    .option("--per-second <count>", "requests a second in the long run")
    .option("--burst <count>", "requests at once")
    .option("--default", "the share of the deployment again");
}

/** @throws {Refused} if none is chosen */
function chosenOf(options: AllowOptions): readonly Allowance[] {
  const isChosen: Readonly<Record<Allowance, boolean | undefined>> = {
    token: options.token,
    "chinaums-statuses": options.chinaumsStatuses,
  };
  const chosen = allowances.filter((allowance) => isChosen[allowance]);
  if (chosen.length === 0) throw new Refused("--token, --chinaums-statuses: name one of them, or both");
  return chosen;
}

function printAllowed(partner: Partner): Printed {
  const what = allowanceText(partner) || "nothing";
  const forPeople = `${partner.partnerId} is allowed: ${what}. It takes effect ${partnerDelay}.`;
  return { forPeople, forPrograms: partnerJson(partner) };
}

function printShare(partner: Partner): Printed {
  const forPeople = `${partner.partnerId} has ${shareText(partner.share)}. It takes effect ${partnerDelay}.`;
  return { forPeople, forPrograms: partnerJson(partner) };
}
