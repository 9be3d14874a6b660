/** Why a delivery has failed, each with what an operator reads. */
export const deliveryFailures = {
  bad_url: "the URL cannot be used",
  unresolved: "the name cannot be resolved",
  forbidden_address: "the name leads to an address that is not public",
  unreachable: "no connection could be opened",
  tls: "no trusted TLS connection came about",
  reset: "the connection ended before an answer",
  timeout: "there was no answer in time",
  unreadable: "the answer was not HTTP",
  redirect: "the answer was a redirect, and redirects are not followed",
  status: "the answer was not 2xx",
} as const;

export type DeliveryFailure = keyof typeof deliveryFailures;

/** How one try to deliver has ended. */
export type WebhookResult =
  /** A 2xx, and nothing else. */
  | { readonly kind: "delivered"; readonly status: number }
  /** `status` is the one that was answered, if any was; `retryAfterMs` is what the receiver asked for. */
  | {
      readonly kind: "failed";
      readonly because: DeliveryFailure;
      readonly status?: number;
      readonly retryAfterMs?: number;
    }
  /** A 410: the endpoint wants no more deliveries. */
  | { readonly kind: "gone" };
