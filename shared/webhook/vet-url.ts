import { isIP } from "node:net";
import { isPublicAddress } from "./allowed-address.ts";
import type { IsLoopbackAllowed } from "./loopback-origins.ts";
import type { ResolveName } from "./resolve-name.ts";
import type { DeliveryFailure } from "./webhook-result.ts";
import { hostOf, readWebhookUrl } from "./webhook-url.ts";

export type VetUrlDeps = { readonly resolve: ResolveName; readonly isLoopbackAllowed: IsLoopbackAllowed };

/** A URL with the addresses that a connection for it may be opened to. */
export type VettedUrl = { readonly url: URL; readonly addresses: readonly string[] };
export type VetUrl = (text: string) => Promise<VettedUrl | { readonly because: DeliveryFailure }>;

/**
 * Resolves the name in a URL, once. If one of its addresses is not public, none is used: no honest name leads to both, and
 * a rule that picks among them would have to be right about every one.
 */
export function createVetUrl({ resolve, isLoopbackAllowed }: VetUrlDeps): VetUrl {
  return async (text) => {
    const read = readWebhookUrl(text, isLoopbackAllowed);
    if (read.wrong !== undefined) {
      return { because: read.wrong === "forbidden_address" ? "forbidden_address" : "bad_url" };
    }
    const { url } = read;
    const host = hostOf(url);
    // An address in the URL itself has been vetted with it.
    if (isIP(host) !== 0) return { url, addresses: [host] };
    const addresses = await resolve(host).catch(() => []);
    if (addresses.length === 0) return { because: "unresolved" };
    return addresses.every(isPublicAddress) ? { url, addresses } : { because: "forbidden_address" };
  };
}
