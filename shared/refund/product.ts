/**
 * By what a refund's product is named: an `instMid`, or in the official variant of the query a `systemId` in its place. In an
 * identity the latter is written as `systemId=…`. No `instMid` holds a `=`, so the two never meet.
 */
export type ProductMembers =
  | { readonly instMid: string; readonly systemId?: undefined }
  | { readonly systemId: string; readonly instMid?: undefined };

const marker = "systemId=";

/** How an identity names the product. Of the two members one is there. */
export function productOf(members: {
  readonly instMid?: string | undefined;
  readonly systemId?: string | undefined;
}): string {
  return members.systemId === undefined ? (members.instMid ?? "") : marker + members.systemId;
}

/** The member that names the product of an identity, as ChinaUMS and partners call it. */
export function productMembers(instMid: string): ProductMembers {
  return instMid.startsWith(marker) ? { systemId: instMid.slice(marker.length) } : { instMid };
}
