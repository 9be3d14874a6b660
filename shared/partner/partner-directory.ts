import type { Partner } from "./partner.ts";

/** What is known of an AppId. */
export type FoundPartner = {
  /** Undefined where no partner has the AppId. */
  readonly partner: Partner | undefined;
  /** True if this call has looked it up, and not found it in memory. */
  readonly isNew: boolean;
};

/**
 * Finds partners by the AppId they sign with. Whether a partner has the AppId shows neither in how many look-ups a bad
 * signature causes nor in how long they take.
 */
export interface PartnerDirectory {
  /** @throws {UnavailableError} when it cannot be told whether there is such a partner */
  find(appId: string): Promise<FoundPartner>;
  /**
   * To be called after a signature did not fit what was found, because a key may have been replaced. Looks the AppId up once
   * more, unless that has just been done.
   * @throws {UnavailableError} when it cannot be told whether there is such a partner
   */
  findAnew(appId: string, found: FoundPartner): Promise<Partner | undefined>;
  /** Keeps in memory whatever strangers do: a partner has signed with this AppId. */
  remember(appId: string): void;
}
