import type { CreateExampleEvent } from "./example-event.ts";
import type { Signer } from "./signer.ts";

/** What is sent in one POST. */
export type Sent = { readonly headers: Readonly<Record<string, string>>; readonly body: string };

export type TrialContext = { readonly signer: Signer; readonly event: CreateExampleEvent; readonly now: () => number };

/** One thing that a receiver must get right. */
export type Trial = {
  readonly name: string;
  /** `accepted` means that each POST must be answered with 2xx, `refused` that none may be. */
  readonly expected: "accepted" | "refused";
  /** What a receiver does wrong that fails this, for its engineer. */
  readonly otherwise: string;
  readonly send: (context: TrialContext) => readonly Sent[];
};

/** A delivery as the service sends it, `agoMs` ago. */
export function good({ signer, event, now }: TrialContext, more?: Readonly<Record<string, unknown>>, agoMs = 0): Sent {
  const { id, body } = event(more);
  return { headers: { ...signer.sign({ id, timestamp: now() - agoMs, body }) }, body };
}

/** The delivery with other headers; a header that is undefined is left out. */
export function withHeaders({ headers, body }: Sent, other: Readonly<Record<string, string | undefined>>): Sent {
  const merged = Object.entries({ ...headers, ...other }).filter(([, value]) => value !== undefined);
  return { headers: Object.fromEntries(merged) as Record<string, string>, body };
}

export const signatureOf = ({ headers }: Sent) => headers["webhook-signature"] ?? "";
