import * as z from "zod/mini";
import { productOf } from "../refund/product.ts";
import type { RefundIdentity } from "../refund/refund.ts";
import { nullIsAbsent } from "./null-is-absent.ts";

const visibleAscii = /^[\x21-\x7e]*$/;
const letterOrDigit = /^[0-9A-Za-z]*$/;
const productForm = /^[0-9A-Za-z_.-]{1,32}$/;

/** A text member; `what` says what it must be. */
export const requiredText = (what: string) =>
  z.string({ error: (issue) => (issue.input === undefined ? "is required" : `must be ${what}`) });
const exactly = (length: number) => {
  const what = `${length} letters or digits`;
  return requiredText(what).check(
    z.refine((value) => value.length === length && letterOrDigit.test(value), { error: `must be ${what}` }),
  );
};
const product = () => {
  const what = "1 to 32 letters, digits, '_', '-' or '.', such as APPDEFAULT";
  return z.optional(
    requiredText(what).check(z.refine((value) => productForm.test(value), { error: `must be ${what}` })),
  );
};

const orderNumber = "6 to 32 visible ASCII characters";

/** The members that name a refund, with the limits of ChinaUMS's page. */
const refundMembers = {
  merOrderId: requiredText(orderNumber).check(
    z.refine((value) => value.length >= 6 && value.length <= 32 && visibleAscii.test(value), {
      error: `must be ${orderNumber}`,
    }),
  ),
  instMid: product(),
  systemId: product(),
  mid: exactly(15),
  tid: exactly(8),
};

/** Members that are numbers in nature, and that some clients send as JSON numbers. */
export const digitMembers: ReadonlySet<string> = new Set(["mid", "tid", "msgId"]);

/** An object with the members that name a refund, and more. Members that we do not know are ignored, and `null` is absent. */
export function refundObject<More extends Readonly<Record<string, z.ZodMiniType>>>(more: More) {
  const object = z.object({ ...refundMembers, ...more }, { error: "must be a JSON object" });
  return nullIsAbsent(object.check(...oneProduct));
}

type Products = { readonly instMid?: unknown; readonly systemId?: unknown };
// They are told beside whatever else is wrong, so they do not wait for the members to be right.
const when = ({ value }: { readonly value: unknown }) => isObject(value);
const oneProduct = [
  z.refine<Products>(({ instMid, systemId }) => instMid !== undefined || systemId !== undefined, {
    path: ["instMid"],
    error: "is required, unless systemId stands in its place",
    when,
  }),
  z.refine<Products>(({ instMid, systemId }) => instMid === undefined || systemId === undefined, {
    path: ["systemId"],
    error: "must be absent where instMid is there, because it stands in its place",
    when,
  }),
];

/** What the members name. */
export function refundIn(
  members: Omit<RefundIdentity, "instMid"> & {
    readonly tid: string;
    readonly instMid?: string | undefined;
    readonly systemId?: string | undefined;
  },
): RefundIdentity & { readonly tid: string } {
  const { mid, tid, merOrderId } = members;
  return { mid, tid, instMid: productOf(members), merOrderId };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
