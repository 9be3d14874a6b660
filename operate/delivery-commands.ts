import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { EventKey } from "../shared/telling/refund-event.ts";
import type { CommandIo } from "../tools/command-line.ts";
import type { EventChoice } from "./choose-events.ts";
import { createDeliveryRecords } from "./delivery-records.ts";
import { type DeployedTable, type Deployment, tableOf } from "./deployment.ts";
import { createFindRefunds } from "./find-refunds.ts";
import { print } from "./print.ts";
import { listDeliveries, redeliver } from "./refund-deliveries.ts";
import { createRefundRecords } from "./refund-records.ts";

type Options = Deployment & { readonly json?: boolean };
type ListOptions = Options & { readonly dead?: boolean; readonly partner?: string };
type RedeliverOptions = Options & EventChoice & { readonly instMid?: string };

/** `npm run refunds -- deliveries` and `redeliver`. */
export function addDeliveryCommands(program: Command, io: CommandIo): void {
  program
    .command("deliveries")
    .description("lists events that did not reach their webhook: those that are tried again, and dead ones")
    .option("--dead", "dead ones alone")
    .option("--partner <name>", "those of one partner")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      print(io, options, await listDeliveries(recordsOf(await tableOf(options)), options, Date.now()));
    });

  program
    .command("redeliver")
    .description("has events sent again: one, the newest of a refund, or the dead ones of a partner")
    .option("--id <event>", "one event, such as evt_onuq0W5GWEsmB-mXg7uFfe")
    .option("--mid <mid>", "with --mer-order-id: the newest event of that refund, to each partner")
    .option("--mer-order-id <number>", "the refund's order number")
    .option("--inst-mid <product>", "the refund's product; without it, all that are known are tried")
    .option("--partner <name>", "to this partner alone; without a refund, its dead ones")
    .option("--since <instant>", "of dead ones: the refund ended then or later, such as 2026-03-01T00:00:00Z")
    .option("--until <instant>", "of dead ones: the refund ended before")
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<RedeliverOptions>();
      const place = await tableOf(options);
      const eventsOf = (mid: string, merOrderId: string) =>
        findEvents(place, { mid, merOrderId, instMid: options.instMid });
      print(io, options, await redeliver({ records: recordsOf(place), eventsOf }, options));
    });
}

function recordsOf(place: DeployedTable) {
  return createDeliveryRecords({ ...place, now: Date.now, random: Math.random, sleep });
}

type Clue = { readonly mid: string; readonly merOrderId: string; readonly instMid: string | undefined };

/** The events of every refund that a merchant calls so. */
async function findEvents(place: DeployedTable, { mid, merOrderId, instMid }: Clue): Promise<EventKey[]> {
  const records = createRefundRecords(place);
  const find = createFindRefunds({ place, partnerMids: async () => [mid] });
  const found = await find({ mid, merOrderId, instMid });
  const histories = await Promise.all(found.map(({ refund }) => records.historyOf(refund)));
  return histories.flatMap(({ told }) => told.map(({ event }) => event));
}
