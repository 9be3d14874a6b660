import type { PartnerActivity } from "./partner-activity.ts";

/** The form that asks. */
export const activityPath = "/partners/activity";

/** How many days of the log may be asked for. */
export const activityDays = [1, 7] as const;
export type ActivityDays = (typeof activityDays)[number];

/** What the log told of all partners. */
export type AskedActivity = {
  /** Epoch ms. */
  readonly askedAt: number;
  readonly days: ActivityDays;
  /** What was paid for. */
  readonly bytesRead: number;
  readonly byPartner: ReadonlyMap<string, PartnerActivity>;
};

/** What became of a query. Only an answer that is whole is one. */
export type QueryOutcome =
  | { readonly kind: "answered" }
  | { readonly kind: "slow"; readonly queryId: string; readonly waitedMs: number }
  | { readonly kind: "ended"; readonly status: string }
  | { readonly kind: "cut"; readonly rows: number };

/** Asks the log of a deployment. That is paid for, so nobody asks but a person, and what was told last is kept. */
export type ActivityQuery = {
  readonly last: () => AskedActivity | undefined;
  /** @throws what the AWS SDK throws */
  readonly ask: (days: ActivityDays) => Promise<QueryOutcome>;
};
