/** True for an origin of this machine, such as `http://127.0.0.1:4000`, that webhooks may be sent to. */
export type IsLoopbackAllowed = (origin: string) => boolean;

/** Deployed: nothing on the machine itself is ever connected to. */
export const noLoopback: IsLoopbackAllowed = () => false;

/** Reads a list of origins with commas in between; `*` means every origin of this machine, an empty text none. */
export function readLoopbackOrigins(text: string): IsLoopbackAllowed {
  const origins = text.split(",").map((origin) => origin.trim());
  return (origin) => origins.includes("*") || origins.includes(origin);
}
