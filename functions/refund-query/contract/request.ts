import * as z from "zod/mini";
import { isDashedBeijingTime } from "../../../shared/chinaums/beijing-time.ts";
import { loneSurrogates } from "./lone-surrogates.ts";
import type { WrongField } from "./wrong-field.ts";

const visibleAscii = /^[\x21-\x7e]*$/;
const letterOrDigit = /^[0-9A-Za-z]*$/;

const text = (what: string) =>
  z.string({ error: (issue) => (issue.input === undefined ? "is required" : `must be ${what}`) });
const exactly = (length: number) => {
  const what = `${length} letters or digits`;
  return text(what).check(
    z.refine((value) => value.length === length && letterOrDigit.test(value), { error: `must be ${what}` }),
  );
};
/** Counted in characters and not in bytes, so that Chinese text may be as long as any other. */
const atMost = (max: number) => {
  const what = `text of at most ${max} characters`;
  return z.optional(text(what).check(z.refine((value) => [...value].length <= max, { error: `must be ${what}` })));
};

const wallTime = "a Beijing time such as 2022-04-15 10:47:59";
const orderNumber = "6 to 32 visible ASCII characters";
const product = "1 to 32 letters, digits, '_', '-' or '.', such as APPDEFAULT";

/** A partner's request has the members and limits of ChinaUMS's own. Members that we do not know are ignored. */
const refundQueryRequestSchema = z.object(
  {
    requestTimestamp: text(wallTime).check(z.refine(isDashedBeijingTime, { error: `must be ${wallTime}` })),
    merOrderId: text(orderNumber).check(
      z.refine((value) => value.length >= 6 && value.length <= 32 && visibleAscii.test(value), {
        error: `must be ${orderNumber}`,
      }),
    ),
    instMid: text(product).check(
      z.refine((value) => /^[0-9A-Za-z_.-]{1,32}$/.test(value), { error: `must be ${product}` }),
    ),
    mid: exactly(15),
    tid: exactly(8),
    msgId: atMost(64),
    srcReserve: atMost(255),
  },
  { error: "must be a JSON object" },
);

export type RefundQueryRequest = z.infer<typeof refundQueryRequestSchema>;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads the bytes of a request, or names every field that is wrong. */
export function readRefundQueryRequest(
  body: Uint8Array,
): { readonly request: RefundQueryRequest } | { readonly wrong: readonly WrongField[] } {
  let text: string;
  let json: unknown;
  try {
    text = utf8.decode(body);
    json = JSON.parse(text);
  } catch {
    return { wrong: [{ field: "body", message: "must be JSON in UTF-8" }] };
  }
  const parsed = refundQueryRequestSchema.safeParse(json);
  const halves = loneSurrogates(text, json);
  if (parsed.success && halves.length === 0) return { request: parsed.data };
  const messages = new Map<string, string>();
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = path.join(".") || "body";
    if (!messages.has(field)) messages.set(field, message);
  }
  for (const { field, message } of halves) if (!messages.has(field)) messages.set(field, message);
  return { wrong: [...messages].map(([field, message]) => ({ field, message })) };
}
