import type { Delivery } from "./received-deliveries.ts";

/** A delivery in one line for a person. What it says of a refund is shown only if it could be read. */
export function deliveryLine({ id, body, verified, reason, answered }: Delivery): string {
  const { type, merOrderId, state } = readEvent(body);
  const what = [type ?? "an unknown event", merOrderId, state].filter((part) => part !== undefined).join("  ");
  const judged = verified ? "verified" : `NOT VERIFIED (${reason})`;
  return `Webhook    ${what}  ${shown(id) ?? "without id"}  ${judged}, answered ${answered}`;
}

type Told = {
  readonly type?: string | undefined;
  readonly merOrderId?: string | undefined;
  readonly state?: string | undefined;
};

function readEvent(body: string): Told {
  try {
    const event = JSON.parse(body) as { type?: unknown; data?: { merOrderId?: unknown; state?: unknown } } | null;
    return { type: shown(event?.type), merOrderId: shown(event?.data?.merOrderId), state: shown(event?.data?.state) };
  } catch {
    return {};
  }
}

/** A text that cannot disturb a terminal; undefined for anything else. */
function shown(value: unknown): string | undefined {
  return typeof value === "string" && /^[\x21-\x7e]{1,100}$/.test(value) ? value : undefined;
}
