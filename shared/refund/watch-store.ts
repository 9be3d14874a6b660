import type { Refund, RefundIdentity } from "./refund.ts";

/** A partner's wish to be told of a refund. `now` is epoch ms. */
export type Watch = {
  readonly refund: RefundIdentity;
  readonly tid: string;
  readonly partnerId: string;
  readonly now: number;
};

/** `isNew` is true if nothing was known of the refund. It is then due at once. */
export type Watched = { readonly refund: Refund; readonly isNew: boolean };

/** What registering refunds needs of the record. */
export interface WatchStore {
  /**
   * Remembers the refund, and the partner as one to be told. A final refund stays as it is.
   * @throws {UnavailableError} when the record cannot be reached, or cannot be read by this version
   */
  watch(watch: Watch): Promise<Watched>;
}
