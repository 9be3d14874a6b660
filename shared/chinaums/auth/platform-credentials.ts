import type { KeyPair } from "./key-pair.ts";

/** Where the platform's key pair comes from. */
export interface PlatformCredentials {
  /** @throws when the pair cannot be had, or is not set yet */
  current(): Promise<KeyPair>;
  /**
   * The pair to try after ChinaUMS has rejected this one. It is undefined when the pair has just been looked up, because
   * another try would not go better.
   * @throws when the pair cannot be had
   */
  afterRejected(rejected: KeyPair): Promise<KeyPair | undefined>;
}
