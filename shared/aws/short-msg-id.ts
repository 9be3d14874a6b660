import * as z from "zod/mini";

/** A message number of 32 hex characters as 22 of Base64URL. */
export function shortMsgId(msgId: string): string {
  return Buffer.from(msgId, "hex").toString("base64url");
}

export const msgIdForm = z.pipe(
  z.string(),
  z.transform((short) => Buffer.from(short, "base64url").toString("hex")),
);
