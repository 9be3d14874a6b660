const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** A schedule that another project publishes: the age of a refund at each question; undefined once it asks no more. */
export type Peer = {
  readonly name: string;
  /** `asked` is how many questions were put, the last one at `ageMs`. */
  readonly nextAge: (ageMs: number, asked: number) => number | undefined;
};

/** The waits between questions, and none after them. */
function byWaits(waits: readonly number[]): Peer["nextAge"] {
  return (ageMs, asked) => {
    const wait = waits[asked];
    return wait === undefined ? undefined : ageMs + wait;
  };
}

/** Read in their repositories in November 2026. Other projects' lost questions are asked again on schedule, as they are here. */
export const peers: readonly Peer[] = [
  // juspay/hyperswitch, crates/scheduler/src/consumer/types/process_data.rs: ConnectorPTMapping::default, which
  // get_refund_sync_process_schedule_time falls back on. After 60 s, then 5 times 300 s; then the task ends.
  { name: "hyperswitch", nextAge: byWaits([minuteMs, ...Array<number>(5).fill(5 * minuteMs)]) },
  // jeequan/jeepay, jeepay-payment/…/pay/task/RefundOrderReissueTask.java: every minute, refunds that are 10 minutes old. That
  // RefundOrderExpiredTask closes refunds unasked after a time is left out, in its favour.
  { name: "jeepay", nextAge: (ageMs) => Math.max(10 * minuteMs, ageMs + minuteMs) },
  // dromara/dax-pay, org.dromara.daxpay.service.task.OrderSyncTaskService.refundSyncTask: each minute for 10 minutes, each hour
  // for a day, and then daily, as its comment has it.
  {
    name: "DaxPay",
    nextAge: (ageMs) => ageMs + (ageMs < 10 * minuteMs ? minuteMs : ageMs < dayMs ? hourMs : dayMs),
  },
  // killbill/killbill, util/…/config/definition/PaymentConfig.java: org.killbill.payment.janitor.unknown.retries, the longer one
  // of its two lists; then the transaction is left as it is.
  { name: "Kill Bill", nextAge: byWaits([5 * minuteMs, hourMs, ...Array<number>(5).fill(dayMs)]) },
  { name: "every 5 min", nextAge: (ageMs) => ageMs + 5 * minuteMs },
];
