/**
 * The statuses that a fault may have, by the phrase of each.
 * Source: RFC 9110 §15, and RFC 6585 §4 for 429. A problem of the type `about:blank` has it as its title (RFC 9457 §4.2.1).
 */
export const statusPhrases = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;

export type FaultStatus = keyof typeof statusPhrases;
