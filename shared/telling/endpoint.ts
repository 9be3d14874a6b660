/** What is remembered of the endpoint that a partner's webhook names, while anything is wrong with it. */
export type Endpoint = {
  readonly partnerId: string;
  /** Of the webhook that this is about. What is remembered of another one does not count. */
  readonly configId: string;
  /** Since when every try has failed, in epoch ms. */
  readonly failingSince: number;
  /** When nothing more was sent to it, in epoch ms; absent while it is tried. */
  readonly disabledAt: number | undefined;
};

/**
 * Where endpoints are remembered.
 * Every method throws an `UnavailableError` when the record cannot be reached.
 */
export interface EndpointStore {
  /** Undefined where nothing is wrong. */
  readEndpoint(partnerId: string): Promise<Endpoint | undefined>;
  /** Writes what is wrong; false where this very webhook has been disabled meanwhile, which stays. */
  writeEndpoint(endpoint: Endpoint): Promise<boolean>;
  /** To be called when a try has gone well. If this very webhook is disabled, it stays so. */
  forgetEndpoint(webhook: Pick<Endpoint, "partnerId" | "configId">): Promise<void>;
}

/** So long an endpoint may fail without interruption before nothing more is sent to it, in ms. */
const maxFailingMs = 5 * 86_400_000;

/** The endpoint after a try at `now` (epoch ms) has failed. `isGone` is true if it asked for no more. */
export function afterFailure(
  before: Endpoint | undefined,
  webhook: Pick<Endpoint, "partnerId" | "configId">,
  now: number,
  isGone: boolean,
): Endpoint {
  const { partnerId, configId } = webhook;
  const known = before?.configId === configId ? before : undefined;
  const failingSince = known?.failingSince ?? now;
  const disabledAt = known?.disabledAt ?? (isGone || now - failingSince >= maxFailingMs ? now : undefined);
  return { partnerId, configId, failingSince, disabledAt };
}
