import type { Reading } from "../../refund/reading.ts";

/** What authorizes our calls to ChinaUMS. */
export type UpstreamAuthorization = {
  readonly kind: "ready";
  /** The Authorization header of a call with exactly this body, sent at `now` (epoch ms). */
  header(body: string, now: number): string;
  /**
   * The authorization to try after ChinaUMS has rejected this one. It is undefined when another try would not go better.
   * `deadline` (epoch ms) is that of the call.
   */
  afterRejected(deadline: number): Promise<UpstreamAuthorization | NotAuthorized | undefined>;
};

/** No authorization could be had, so nothing was sent. The reading is what the check tells instead; the code is our own. */
export type NotAuthorized = { readonly kind: "none"; readonly reading: Reading; readonly code: string };

/** Gives an authorization before `deadline` (epoch ms). Never throws: trouble is a reading here too. */
export type AuthorizeUpstream = (deadline: number) => Promise<UpstreamAuthorization | NotAuthorized>;

/** We have no key pair. The code tells this apart from a refusal by ChinaUMS. */
export const noCredentials: NotAuthorized = {
  kind: "none",
  reading: { kind: "blocked", by: "credentials" },
  code: "NO_CREDENTIALS",
};
