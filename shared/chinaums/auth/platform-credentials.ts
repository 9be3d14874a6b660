import type { Credentials } from "./open-body-sig.ts";

/** Where the platform's pair comes from. */
export interface PlatformCredentials {
  /** @throws when there is none to be had, or it is not set yet */
  current(): Promise<Credentials>;
  /**
   * The pair to try after upstream has rejected this one; undefined when there is no reason to think that another try
   * would go better, because it has just been looked up.
   * @throws when there is none to be had
   */
  afterRejected(rejected: Credentials): Promise<Credentials | undefined>;
}
