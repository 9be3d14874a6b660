import type { FunctionName } from "../functions/function-envs.ts";
import { deliveryKey } from "../shared/aws/delivery-item.ts";
import { refundKey } from "../shared/aws/keys.ts";
import { dueKinds } from "../shared/names.ts";
import type { RefundIdentity } from "../shared/refund/refund.ts";
import type { Consumed } from "./fakes/counting-dynamodb.ts";
import { withLocalService } from "./local-service.ts";
import { questionAbout } from "./partner-event.ts";

/** What telling one partner of one refund takes, as the engine and the function themselves say. */
export type Told = { readonly writeUnits: number; readonly readUnits: number; readonly logBytes: number };

export type TellingCost = {
  /** Forty refunds in one batch of the stream. */
  readonly together: Told;
  /** Each in a batch of its own. */
  readonly alone: Told;
  /** In a batch of its own, with a webhook that fails once. */
  readonly failedOnce: Told;
};

const refunds = 40;
const tell: FunctionName = "refund-tell";

/** Has refunds settled and told, and counts what the telling alone consumed. The time of the webhook itself is not in it. */
export async function measureTelling(logLineBytes: number): Promise<TellingCost> {
  const options = { instances: 1, upstreamMs: 0, refundStatus: "SUCCESS", counted: tell };
  return await withLocalService(options, async ({ run, ask, consumed, logLines }) => {
    async function told(name: string, use: (all: readonly RefundIdentity[]) => Promise<void>): Promise<Told> {
      const all: RefundIdentity[] = [];
      for (let i = 0; i < refunds; i++) {
        const { mid, instMid, merOrderId } = questionAbout(`${name}-${i}`);
        await ask(merOrderId);
        all.push({ mid, instMid, merOrderId });
      }
      logLines();
      await consumed();
      await use(all);
      const sums = await consumed();
      const bytes = logLines().reduce((sum, line) => sum + Buffer.byteLength(line) + logLineBytes, 0);
      return {
        writeUnits: unitsOf(sums, /^(Put|Update|Delete)Item$/) / refunds,
        readUnits: unitsOf(sums, /^(Query|GetItem|BatchGetItem)$/) / refunds,
        logBytes: bytes / refunds,
      };
    }
    const untold = (refund: RefundIdentity) => record(refundKey(refund), dueKinds.tell);
    const again = (refund: RefundIdentity) =>
      record(deliveryKey({ refund, partnerId: run.ready.partners[0]?.partnerId ?? "", sequence: 2 }), dueKinds.deliver);
    const invoke = (records: readonly object[]) => run.invoke(tell, { Records: records });

    return {
      together: await told("TOGETHER", async (all) => void (await invoke(all.map(untold)))),
      alone: await told("ALONE", async (all) => {
        for (const refund of all) await invoke([untold(refund)]);
      }),
      failedOnce: await told("FAILED", async (all) => {
        const answers = all.map(() => ({ status: 500 }));
        await fetch(`${run.ready.receiver.url}/_control/receiver`, {
          method: "PUT",
          body: JSON.stringify({ answers }),
        });
        for (const refund of all) await invoke([untold(refund)]);
        await invoke(all.map(again));
      }),
    };
  });
}

/** A record of the stream, as far as the function reads it. It waits 7 s at most for what comes due a little later. */
function record(key: object, kind: string): object {
  const dueAt = { N: String(Date.now() + 7_000) };
  return { dynamodb: { Keys: key, NewImage: { dueShard: { S: `${kind}0` }, dueAt } } };
}

function unitsOf(sums: Consumed, operations: RegExp): number {
  return Object.entries(sums)
    .filter(([operation]) => operations.test(operation))
    .reduce((sum, [, { units }]) => sum + units, 0);
}
