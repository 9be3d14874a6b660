/** Names by agreement between the deployment, the functions' rights and the commands of the operator. */

/** Deployed where no stage is named: the real platform, so that nobody trusts a test platform's word by oversight. */
export const defaultStage = "prod";

/** The secret with the platform's own pair. */
export function platformSecretName(stage: string): string {
  return `refund-status/${stage}/platform`;
}

/** What the names of the partners' secrets begin with; the partner's AppId follows. */
export function partnerSecretPrefix(stage: string): string {
  return `refund-status/${stage}/partners/`;
}
