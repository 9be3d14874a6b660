/** An event as it is sent, of a refund that no merchant has. */
export type ExampleEvent = { readonly id: string; readonly body: string };

export type CreateExampleEvent = (more?: Readonly<Record<string, unknown>>) => ExampleEvent;

/** Makes events with ids of their own; `more` replaces members of the body. */
export function createExampleEvents(run: string, now: () => number): CreateExampleEvent {
  let made = 0;
  return (more = {}) => {
    const number = ++made;
    const at = new Date(now()).toISOString();
    const data = {
      mid: "000000000000000",
      instMid: "APPDEFAULT",
      merOrderId: `WEBHOOK-CHECK-${number}`,
      tid: "00000000",
      state: "succeeded",
      sequence: 2,
      checkedAt: at,
      answer: { refundStatus: "SUCCESS", refundAmount: 100 },
    };
    const body = JSON.stringify({ type: "refund.succeeded", timestamp: at, data, ...more });
    return { id: `evt_check_${run}_${number}`, body };
  };
}
