/** A delivery that the receiver got. */
export type Delivery = {
  /** The `webhook-id`; null where there was none. */
  readonly id: string | null;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body's text, exactly as it came. */
  readonly body: string;
  /** True if the published library found a signature of one of the receiver's keys. */
  readonly verified: boolean;
  /** Why it was not verified. */
  readonly reason: string | null;
  /** How it was answered, such as `200` or `reset`. */
  readonly answered: string;
  readonly receivedAt: string;
};

const keptDeliveries = 50_000;

/** The last 50,000 deliveries, in the order of their receipt. */
export class ReceivedDeliveries {
  #deliveries: Delivery[] = [];

  record(delivery: Delivery): void {
    this.#deliveries.push(delivery);
    // The list is cut at twice the number only, so that most deliveries copy nothing.
    if (this.#deliveries.length >= 2 * keptDeliveries) this.#deliveries = this.list(null).slice();
  }

  /** All deliveries kept, or those with one id. */
  list(id: string | null): readonly Delivery[] {
    const kept = this.#deliveries.slice(-keptDeliveries);
    return id === null ? kept : kept.filter((delivery) => delivery.id === id);
  }

  forget(): void {
    this.#deliveries = [];
  }
}
