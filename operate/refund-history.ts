import { readAnswerItem } from "../shared/aws/answer-item.ts";
import type { Item } from "../shared/aws/attributes.ts";
import { readAuditItem } from "../shared/aws/audit-item.ts";
import { readDeliveryItem } from "../shared/aws/delivery-item.ts";
import { eventOfKey, readEventItem } from "../shared/aws/event-item.ts";
import { readOperatorActionItem } from "../shared/aws/operator-action-item.ts";
import type { OperatorAction } from "../shared/refund/operator-action.ts";
import type { KeptAnswer, Refund } from "../shared/refund/refund.ts";
import type { Verification } from "../shared/refund/verification.ts";
import type { Delivery } from "../shared/telling/delivery.ts";
import { noPage, type StoredEvent } from "../shared/telling/event-store.ts";
import { eventId } from "../shared/telling/refund-event.ts";

/** What a partner was told, and its delivery unless that went well at the first try. */
export type ToldEvent = { readonly event: StoredEvent; readonly delivery: Delivery | undefined };

/** What is kept beside a refund, oldest first. */
export type RefundHistory = {
  /** Answers that another one has replaced. */
  readonly replaced: readonly KeptAnswer[];
  readonly verifications: readonly Verification[];
  /** What operators did by the console. */
  readonly actions: readonly OperatorAction[];
  readonly told: readonly ToldEvent[];
  /** Sort keys of items that do not have their form. */
  readonly unreadable: readonly string[];
};

/** Reads the items below a refund's partition key. An item that cannot be read does not hide the others. */
export function readHistory(items: readonly Item[]): RefundHistory {
  const replaced: KeptAnswer[] = [];
  const verifications: Verification[] = [];
  const actions: OperatorAction[] = [];
  const events: StoredEvent[] = [];
  const deliveries = new Map<string, Delivery>();
  const unreadable: string[] = [];
  for (const item of items) {
    try {
      const answer = readAnswerItem(item);
      const verification = readAuditItem(item);
      if (answer !== undefined) replaced.push(answer);
      if (verification !== undefined) verifications.push(verification);
      const action = readOperatorActionItem(item);
      if (action !== undefined) actions.push(action);
      const event = eventOfKey(item) && readEventItem(item);
      if (event !== undefined && event.page !== noPage) events.push(event);
      const delivery = readDeliveryItem(item);
      if (delivery !== undefined) deliveries.set(eventId(delivery), delivery);
    } catch {
      unreadable.push(item.sk?.S ?? "");
    }
  }
  events.sort((a, b) => a.at - b.at || a.partnerId.localeCompare(b.partnerId));
  const told = events.map((event) => ({ event, delivery: deliveries.get(eventId(event)) }));
  return { replaced, verifications, actions, told, unreadable };
}

/** The distinct answers about a refund, oldest first: those that were replaced, and the one that it has. */
export function answersOf(refund: Refund, { replaced }: RefundHistory): KeptAnswer[] {
  const answers = new Map(replaced.map((answer) => [answer.version, answer]));
  // A killed check may have kept the answer that it was about to replace.
  if (refund.answer !== undefined) answers.set(refund.answer.version, refund.answer);
  return [...answers.values()];
}
