import type { DynamoDBClient, TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { cancelled, inConflict, noAnswer, serverFailed, throttled } from "./exceptions.ts";
import { partialBatch } from "./partial-batch.ts";
import type { SimulatedTable } from "./simulated-table.ts";
import { createTableClient } from "./table-client.ts";

/** The least and the most of something. */
export type Span = readonly [number, number];

/** What goes wrong with one try at a call, each with a rate from 0 to 1; read anew for every try. */
export type Faults = {
  /** How long a request takes to the table, and the answer back. */
  readonly latencyMs: Span;
  /** Refused before it takes effect. */
  readonly throttled: number;
  /** A write meets a transaction of somebody else. */
  readonly conflict: number;
  /** The request never arrives. */
  readonly lostRequest: number;
  /** The write takes effect, and nobody hears of it. */
  readonly lostAnswer: number;
  /** The request arrives after its sender has given it up, `lateMs` later. */
  readonly lateRequest: number;
  readonly lateMs: Span;
  /** A batch comes back unprocessed in part. */
  readonly partialBatch: number;
  /** How long a sender waits for an answer. */
  readonly timeoutMs: number;
  readonly outages: readonly Outage[];
};

/** From an instant until another, `until` not included: every call fails, or every batch comes back as it was. */
export type Outage = { readonly from: number; readonly until: number; readonly fails: "calls" | "batches" };

export const noFaults: Faults = {
  latencyMs: [0, 0],
  throttled: 0,
  conflict: 0,
  lostRequest: 0,
  lostAnswer: 0,
  lateRequest: 0,
  lateMs: [0, 0],
  partialBatch: 0,
  timeoutMs: 3_000,
  outages: [],
};

/** What became of one try at a call; `done` is also the answer that is an exception of the table's own. */
export type Try = {
  readonly at: number;
  readonly operation: string;
  readonly tries: number;
  readonly came: "done" | "throttled" | "conflict" | "outage" | "partial" | "lost request" | "lost answer" | "late";
};

export type FaultyClientNeeds = {
  readonly table: SimulatedTable;
  readonly faults: Faults;
  readonly random: () => number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** As the SDK's `maxAttempts`: a retry may find what an earlier try has done. */
  readonly maxAttempts: number;
  readonly tell: (happened: Try) => void;
};

/** How long the SDK waits before a retry, at most; it doubles with every try. */
const backoffMs = 100;
const retried = new Set(["TimeoutError", "InternalServerError", "ProvisionedThroughputExceededException"]);
const singleWrites = new Set(["PutItem", "UpdateItem", "DeleteItem"]);

/**
 * The SDK's client as one instance has it, retries and all, upon a table that others use too. The input of a command is read
 * when a try arrives, and not when it is sent, because a copy of every input would cost more than the call.
 */
export function createFaultyClient(needs: FaultyClientNeeds): DynamoDBClient {
  const { table, faults, random, now, sleep, maxAttempts, tell } = needs;
  const happens = (rate: number) => random() < rate;
  const within = ([least, most]: Span) => least + Math.floor(random() * (most - least + 1));

  async function attempt(operation: string, input: object, tries: number): Promise<object> {
    const note = (came: Try["came"]) => tell({ at: now(), operation, tries, came });
    const giveUp = async (came: Try["came"]): Promise<never> => {
      note(came);
      await sleep(faults.timeoutMs);
      throw noAnswer();
    };

    await sleep(within(faults.latencyMs));
    const outage = faults.outages.find(({ from, until }) => from <= now() && now() < until)?.fails;
    if (outage === "calls") {
      note("outage");
      throw serverFailed();
    }
    if (happens(faults.lostRequest)) return await giveUp("lost request");
    if (happens(faults.lateRequest)) {
      const lateMs = faults.timeoutMs + within(faults.lateMs);
      void sleep(lateMs).then(() => answerOf(operation, input, undefined));
      return await giveUp("late");
    }
    if (happens(faults.throttled)) {
      note("throttled");
      throw operation === "TransactWriteItems" ? cancelledBy("ThrottlingError", input) : throttled();
    }
    if (happens(faults.conflict) && (singleWrites.has(operation) || operation === "TransactWriteItems")) {
      note("conflict");
      throw operation === "TransactWriteItems" ? cancelledBy("TransactionConflict", input) : inConflict();
    }
    const isPartial = operation.startsWith("Batch") && (happens(faults.partialBatch) || outage === "batches");
    const answer = answerOf(operation, input, isPartial ? () => outage === undefined && happens(0.5) : undefined);
    if (happens(faults.lostAnswer)) return await giveUp("lost answer");
    note(isPartial ? "partial" : "done");
    await sleep(within(faults.latencyMs));
    return answer();
  }

  /** The effect comes at once, and the answer, whichever it is, when it is asked for. */
  function answerOf(operation: string, input: object, isTaken: (() => boolean) | undefined): () => object {
    try {
      const answer =
        isTaken === undefined
          ? table.execute(operation, input)
          : partialBatch(table.execute, operation, input, isTaken);
      return () => answer;
    } catch (error) {
      return () => {
        throw error;
      };
    }
  }

  function cancelledBy(Code: string, input: object): Error {
    const { TransactItems = [] } = input as TransactWriteItemsCommandInput;
    const struck = Math.floor(random() * TransactItems.length);
    return cancelled(TransactItems.map((_, i) => ({ Code: i === struck ? Code : "None" })));
  }

  return createTableClient(async (operation, input) => {
    // The SDK gives every transaction a token, the same for all tries, so that its own retries do it once.
    const isTransaction = operation === "TransactWriteItems";
    const request = isTransaction ? withToken(input, `token-${random()}`) : input;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(operation, request, tries);
      } catch (error) {
        if (tries >= maxAttempts || !(error instanceof Error && retried.has(error.name))) throw error;
        await sleep(Math.floor(random() * backoffMs * 2 ** (tries - 1)));
      }
    }
  });
}

function withToken(input: object, made: string): object {
  const { ClientRequestToken = made } = input as TransactWriteItemsCommandInput;
  return { ...input, ClientRequestToken };
}
