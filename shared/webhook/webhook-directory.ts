import type { WebhookConfig } from "./webhook-config.ts";

/** Finds where a partner's events are posted. */
export interface WebhookDirectory {
  /**
   * Undefined where the partner has no webhook, or one that cannot be read.
   * @throws {UnavailableError} when it cannot be told whether there is one
   */
  find(partnerId: string): Promise<WebhookConfig | undefined>;
}
