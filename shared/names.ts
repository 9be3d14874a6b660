// Names by agreement between the functions, the deployment and the operator's commands. It imports nothing.

/** The sparse index of what has to be done about refunds. */
export const dueIndex = "due";
/**
 * What has to be done, by the letter that a partition of the due index begins with. Dead deliveries wait for an operator, and so
 * do refunds that only a person checks any more.
 */
export const dueKinds = { check: "", tell: "t", deliver: "d", dead: "x", person: "p" } as const;
export type DueKind = keyof typeof dueKinds;
/** The most partitions that the due index is spread over. A sweep looks into all of them, because the setting may change. */
export const maxShards = 16;

/** What the partition keys of the table's items begin with. A role is let at items by these. */
export const keyPrefixes = {
  refund: "REFUND#",
  key: "KEY#",
  sweep: "SWEEP#",
  token: "TOKEN#",
  feed: "FEED#",
  endpoint: "ENDPOINT#",
  share: "SHARE#",
  partner: "PARTNER#",
} as const;

/** The appId in the secret that a deployment creates, until somebody puts the real pair in. */
export const placeholderAppId = "not-set-yet";

/** Path of the query, at ChinaUMS and at this service alike. The method is POST. */
export const refundQueryPath = "/v1/netpay/refund-query";

/** Paths at which partners ask: ChinaUMS's own, and the one of older systems. */
export const queryPaths = [refundQueryPath, "/v1/netpay/trade/refund/query"] as const;

/** Where partners register refunds that they want to be told about, and where they read what they were told. */
export const watchPath = "/v1/refunds/watch";
export const changesPath = "/v1/refunds/changes";

/** Paths of the token call, at ChinaUMS and at this service alike. */
export const tokenPaths = ["/v1/token/access", "/v2/token/access"] as const;

/** Deployed where no stage is named: the real platform, so that nobody trusts a test platform's word by oversight. */
export const defaultStage = "prod";

/** The alias of each function that is invoked. It points to the version in use. */
export const liveAlias = "live";

/** The name of a stage's stack in CloudFormation, which the names of its functions begin with. */
export function stackName(stage: string): string {
  return stage === defaultStage ? "RefundStatus" : `RefundStatus-${stage}`;
}

/** The name of the key that encrypts what a stage keeps, if it has one of its own. */
export function encryptionKeyAlias(stage: string): string {
  return `alias/refund-status/${stage}`;
}

/** The secret with the platform's own pair. */
export function platformSecretName(stage: string): string {
  return `refund-status/${stage}/platform`;
}

/** What the names of the partners' secrets begin with; the partner's AppId follows. */
export function partnerSecretPrefix(stage: string): string {
  return `refund-status/${stage}/partners/`;
}

/** What the names of the secrets with the partners' webhooks begin with; the partner's id follows. */
export function webhookSecretPrefix(stage: string): string {
  return `refund-status/${stage}/webhooks/`;
}
