import { isIP } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./allowed-address.ts";
import type { IsLoopbackAllowed } from "./loopback-origins.ts";

/** What can be wrong with a URL by its text alone. */
export const wrongUrls = {
  malformed: "the URL cannot be read, or is longer than 2048 characters",
  not_https: "the URL must begin with https://",
  user_info: "the URL must not hold a user name or a password",
  forbidden_address: "the URL must not name this machine or an address that is not public",
} as const;

export type WrongUrl = keyof typeof wrongUrls;
export type ReadUrl = { readonly url: URL; readonly wrong?: never } | { readonly wrong: WrongUrl };

/**
 * Reads the URL of a webhook. It must be https, without user info. An IP address in it must be public. Loopback addresses
 * pass, over http too, where the run allows their origin. What a name leads to is not known here.
 */
export function readWebhookUrl(text: string, isLoopbackAllowed: IsLoopbackAllowed): ReadUrl {
  if (text.length > 2048 || !URL.canParse(text)) return { wrong: "malformed" };
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") return { wrong: "user_info" };
  const isWeb = url.protocol === "https:" || url.protocol === "http:";
  if (isWeb && isLoopbackAddress(hostOf(url)) && isLoopbackAllowed(url.origin)) return { url };
  if (url.protocol !== "https:") return { wrong: "not_https" };
  return isForbidden(hostOf(url)) ? { wrong: "forbidden_address" } : { url };
}

/** The name or IP address in a URL. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, "");
}

function isForbidden(host: string): boolean {
  return isIP(host) === 0 ? /(^|\.)localhost\.?$/.test(host) : !isPublicAddress(host);
}
