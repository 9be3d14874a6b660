import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { refundOfPk, stateSk } from "../../shared/aws/keys.ts";

type Image = NonNullable<NonNullable<StreamRecord["dynamodb"]>["NewImage"]>;
type Seen = { readonly checkedAt: number | undefined; readonly leasedUntil: number };

/** Refunds that are remembered; a forgotten one costs at most a line that is missing. */
const maxSeen = 10_000;

/**
 * Makes a line for a person out of each check that a sweep has written down, as the table's stream tells of it. A check of a
 * request is passed over, because the request has a line of its own: it has held the refund's lease.
 * @param since epoch ms; what was checked before is no news
 */
export function createCheckLines(since: number): (record: StreamRecord) => string | undefined {
  const seen = new Map<string, Seen>();
  return ({ dynamodb: { NewImage: image } = {} }) => {
    const refund = refundOfPk(image?.pk?.S ?? "");
    if (image === undefined || refund === undefined || image.sk?.S !== stateSk) return undefined;
    const before = seen.get(image.pk?.S ?? "");
    const checkedAt = numberIn(image.checkedAt);
    if (seen.size >= maxSeen) seen.clear();
    seen.set(image.pk?.S ?? "", { checkedAt, leasedUntil: numberIn(image.leaseUntil) ?? 0 });
    if (checkedAt === undefined || checkedAt < since || checkedAt === before?.checkedAt) return undefined;
    if (before !== undefined && checkedAt <= before.leasedUntil) return undefined;
    return lineOf(refund.merOrderId, checkedAt, image);
  };
}

function lineOf(merOrderId: string, checkedAt: number, { reading, code, state, attempts, ...due }: Image): string {
  const told = [reading?.S, code?.S].filter(Boolean).join(" ");
  const count = numberIn(attempts) ?? 0;
  const next = numberIn(due.untoldSequence) === undefined ? numberIn(due.dueAt) : numberIn(due.checkDueAt);
  const then =
    next === undefined || state?.S === "succeeded" || state?.S === "failed"
      ? ""
      : `, next in ${seconds(next - checkedAt)}`;
  return `Check      ${merOrderId}  ${told}  ${state?.S}, ${count} ${count === 1 ? "check" : "checks"}${then}`;
}

function seconds(ms: number): string {
  return ms < 120_000 ? `${Math.max(0, Math.round(ms / 1_000))} s` : `${Math.round(ms / 60_000)} min`;
}

function numberIn(value: Image[string] | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}
