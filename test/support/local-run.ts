import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import type { FunctionName } from "../../functions/function-envs.ts";
import { createRefundRecords } from "../../operate/refund-records.ts";
import { type LocalRun, startLocalRun } from "../../sandbox/local-run.ts";
import type { LocalRunOptions } from "../../sandbox/local-run-options.ts";
import { localDynamoDb } from "../../tools/local-aws.ts";
import { breachesOfContract, exchangeOf } from "./contract.ts";
import { makeDue, makeOutdated } from "./make-due.ts";
import { createPartner } from "./partner.ts";
import { revokeTokens } from "./simulator-control.ts";

export function newDataDir(): string {
  return mkdtempSync(join(tmpdir(), "refund-status-"));
}

/**
 * The whole service for the tests of one file: the bundle as it is deployed, behind HTTP, with real engines around it. A test
 * fails if anything that is said over HTTP during it is not in the contract with partners.
 */
export function useLocalRun(overrides: Partial<LocalRunOptions> = {}) {
  const lines: string[] = [];
  const breaches: string[] = [];
  let run: LocalRun;
  beforeAll(async () => {
    run = await startLocalRun({
      port: 0,
      data: newDataDir(),
      upstream: undefined,
      platform: undefined,
      instances: 2,
      bundles: inject("bundles"),
      onLogLine: (line) => lines.push(line),
      onApiAnswer: (event, answer) => breaches.push(...breachesOfContract(exchangeOf(event, answer))),
      ...overrides,
    });
  });
  afterEach(() => expect(breaches.splice(0), "what docs/openapi.yaml does not say").toEqual([]));
  afterAll(() => run?.close());
  const table = () => ({ client: localDynamoDb(run.ready.dynamodb.endpoint), name: run.ready.dynamodb.table });
  /** The identity of a refund of the first partner's first merchant. */
  const identityOf = (merOrderId: string) => ({
    mid: run.ready.partners[0]?.mids[0] ?? "",
    instMid: "APPDEFAULT",
    merOrderId,
  });
  return {
    ready: () => run.ready,
    table,
    identityOf,
    pids: (name: FunctionName) => run.pids(name),
    invoke: (name: FunctionName, event: unknown) => run.invoke(name, event),
    /** Makes a refund of the first partner's first merchant due now, as time would. */
    async makeDue(merOrderId: string): Promise<void> {
      await makeDue(table().client, table().name, identityOf(merOrderId));
    },
    /** Makes the last check of such a refund so old that a request makes another. */
    async makeOutdated(merOrderId: string): Promise<void> {
      await makeOutdated(table().client, table().name, identityOf(merOrderId));
    },
    /** Has such a refund checked by the next sweep, as an operator does; a final one is verified. */
    async requestCheck(merOrderId: string): Promise<void> {
      const records = createRefundRecords({ client: table().client, table: table().name });
      const [found] = await records.read([identityOf(merOrderId)]);
      if (found?.kind !== "readable") throw new Error(`${merOrderId} is not on record`);
      await records.makeDue(found.refund, Date.now());
    },
    /** Leaves no valid token anywhere and nothing known of earlier trouble, as before the very first call. */
    async forgetToken(appId: string): Promise<void> {
      const { dynamodb, upstreamUrl } = run.ready;
      await revokeTokens(upstreamUrl);
      const Key = { pk: { S: `TOKEN#${appId}` }, sk: { S: "TOKEN" } };
      await localDynamoDb(dynamodb.endpoint).send(new DeleteItemCommand({ TableName: dynamodb.table, Key }));
    },
    /** Lines that the functions have logged so far. */
    lines,
    partner(index = 0) {
      const partner = run.ready.partners[index];
      const mid = partner?.mids[0];
      if (partner === undefined || mid === undefined) throw new Error(`there is no partner ${index}`);
      return createPartner(run.ready.url, partner, mid);
    },
  };
}
