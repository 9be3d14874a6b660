/** When a partner asked last, how often it asked, and how often it was refused, by the code that it got. */
export type PartnerActivity = {
  /** Epoch ms. */
  readonly lastSeenAt: number | undefined;
  readonly requests: number;
  readonly refusals: Readonly<Record<string, number>>;
};

/** Of a partner that the log does not name. */
export const unseen: PartnerActivity = { lastSeenAt: undefined, requests: 0, refusals: {} };

/** Requests of one partner that were answered alike, as the log has them. */
export type LoggedRequests = {
  readonly partner: string;
  readonly status: number;
  readonly errCode: string | undefined;
  /** Why the request was refused, where its `errCode` says less. */
  readonly refused: string | undefined;
  /** Epoch ms. */
  readonly lastSeenAt: number;
  readonly requests: number;
};

/** Counts requests in. A refusal is what the partner could have avoided: a status from 400 to 499. */
export function addRequests(activity: Map<string, PartnerActivity>, logged: LoggedRequests): void {
  const { partner, status, errCode, refused, lastSeenAt, requests } = logged;
  const before = activity.get(partner) ?? unseen;
  const reason = refused ?? errCode ?? String(status);
  const isRefusal = status >= 400 && status < 500;
  activity.set(partner, {
    lastSeenAt: Math.max(before.lastSeenAt ?? 0, lastSeenAt),
    requests: before.requests + requests,
    refusals: isRefusal ? { ...before.refusals, [reason]: (before.refusals[reason] ?? 0) + requests } : before.refusals,
  });
}
