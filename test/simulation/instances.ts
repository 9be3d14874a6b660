import { createAnswerStatusRequest } from "../../functions/refund-query/answer-status-request.ts";
import { createRefundQueryHandler } from "../../functions/refund-query/handler.ts";
import { defaultTimes } from "../../functions/refund-query/status-request.ts";
import { createRefundRecheckHandler } from "../../functions/refund-recheck/handler.ts";
import { createRecheckDue } from "../../functions/refund-recheck/recheck-due.ts";
import { createRefundRecords } from "../../operate/refund-records.ts";
import { createDynamoRecheckStore } from "../../shared/aws/dynamo-recheck-store.ts";
import { createDynamoRefundStore } from "../../shared/aws/dynamo-refund-store.ts";
import { createDynamoShareStore } from "../../shared/aws/dynamo-share-store.ts";
import { createDynamoTokenStore } from "../../shared/aws/dynamo-token-store.ts";
import { createPartnerSecrets } from "../../shared/aws/partner-secrets.ts";
import { createPlatformSecret } from "../../shared/aws/platform-secret.ts";
import * as answerForm from "../../shared/chinaums/refund-query/stored-answer.ts";
import { createUpstream } from "../../shared/chinaums/upstream.ts";
import { createAuthenticatePartner } from "../../shared/partner/authenticate-partner.ts";
import { createIssueToken } from "../../shared/partner/issue-token.ts";
import { createPartnerShares } from "../../shared/partner/partner-shares.ts";
import type { Ladders } from "../../shared/refund/recheck-ladder.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import { tableName } from "./observed-table.ts";
import type { InvocationContext, Process } from "./process.ts";
import type { Random } from "./random.ts";
import { share } from "./storms.ts";

/** Everything that one instance reaches, as the entries of the functions get it from AWS and the environment. */
export type InstanceDeps = {
  readonly process: Process;
  readonly random: Random;
  readonly client: Parameters<typeof createRefundRecords>[0]["client"];
  readonly secrets: Parameters<typeof createPlatformSecret>[0]["client"];
  readonly post: Parameters<typeof createUpstream>[1]["post"];
  readonly settings: InstanceSettings;
  readonly writeLog: (line: string) => void;
};

/** What a deployment may change between two instances. */
export type InstanceSettings = {
  readonly scheme: "body-sig" | "access-token";
  readonly shards: number;
  readonly concurrency: number;
  readonly ladders: Ladders;
};

export const secretNames = { platform: "platform", partnerPrefix: "partners/", webhookPrefix: "webhooks/" } as const;

/** A function as Lambda calls it. */
export type Handler<Answer> = (event: object, context: InvocationContext) => Promise<Answer>;
export type Answer = { readonly statusCode: number; readonly headers: object; readonly body: string };

/** What `functions/compose.ts` puts together, over effects of the simulation's own. */
export function compose({ process, random, client, settings, writeLog }: Omit<InstanceDeps, "post">) {
  const { now, sleep, newId } = process;
  const table = { client, table: tableName, sleep, random, shards: settings.shards, answerForm, now };
  const log = createLog({ stage: "simulated", write: writeLog, now });
  return { table, log, now, random, newOwner: newId, sleep };
}

/** What `functions/compose-checks.ts` adds to it. */
function composeChecks(deps: InstanceDeps) {
  const { table, log, now, random, newOwner, sleep } = compose(deps);
  const { secrets, post, settings } = deps;
  const newId = newOwner;
  const credentials = createPlatformSecret({ client: secrets, secretId: secretNames.platform, now });
  const { checkUpstream } = createUpstream(
    { UPSTREAM_AUTH: settings.scheme, TOKEN_VERSION: "v1", TOKEN_HEADER: "quoted", NEED_DATA_TAG: "false" },
    { post, credentials, tokenStore: createDynamoTokenStore(table), now, random, newId, sleep },
  );
  const common = { checkUpstream, ladders: settings.ladders, now, random, newOwner, sleep };
  return { table, log, common, now };
}

/** How a function behind the API tells partners apart. */
export function composePartners(deps: Omit<InstanceDeps, "post">) {
  const { table, now } = compose(deps);
  const directory = createPartnerSecrets({ client: deps.secrets, prefix: secretNames.partnerPrefix, now });
  return {
    directory,
    authenticatePartner: createAuthenticatePartner({ directory, now }),
    partnerShares: createPartnerShares({
      share,
      store: createDynamoShareStore(table),
      now,
    }),
  };
}

export function createQueryInstance(deps: InstanceDeps): Handler<Answer> {
  const { table, log, common, now } = composeChecks(deps);
  const { directory, ...partnerDeps } = composePartners(deps);
  const handler = createRefundQueryHandler({
    expectedWaits: {},
    ...partnerDeps,
    issueToken: createIssueToken({ directory, now }),
    answerStatusRequest: createAnswerStatusRequest({
      ...common,
      store: createDynamoRefundStore(table),
      times: defaultTimes,
    }),
    log,
    now,
  });
  return handler as unknown as Handler<Answer>;
}

export function createRecheckInstance(deps: InstanceDeps): Handler<object> {
  const { table, log, common, now } = composeChecks(deps);
  const recheckDue = createRecheckDue({
    ...common,
    store: createDynamoRecheckStore(table),
    concurrency: deps.settings.concurrency,
  });
  return createRefundRecheckHandler({ recheckDue, log, now }) as unknown as Handler<object>;
}

/** The operator's command line, as far as it changes anything. */
export function createOperator({ client, process }: Pick<InstanceDeps, "client" | "process">) {
  const records = createRefundRecords({ client, table: tableName });
  return async (mid: string, merOrderId: string, product: string): Promise<void> => {
    const [found] = await records.read([{ mid, merOrderId, instMid: product }]);
    if (found?.kind === "readable") await records.makeDue(found.refund, process.now());
  };
}
