import { GetAccountSettingsCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import type { DeployedTemplate } from "./lost-resources.ts";

/** What AWS leaves to all functions without a reservation. Source: Lambda, "Configuring reserved concurrency". */
const leastUnreserved = 100;

export type ConcurrencyQuota = {
  /** Executions at once of all functions of the account and region. */
  readonly quota: number;
  /** How many of them no function has reserved. */
  readonly unreserved: number;
};

export async function readConcurrencyQuota(client: LambdaClient): Promise<ConcurrencyQuota> {
  const { AccountLimit = {} } = await client.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: quota = 0, UnreservedConcurrentExecutions: unreserved = quota } = AccountLimit;
  return { quota, unreserved };
}

/**
 * Why the account cannot reserve what a template wants beyond what the deployed one has reserved already, in one sentence;
 * undefined if it can.
 */
export function whyNotReserved(
  { quota, unreserved }: ConcurrencyQuota,
  deployed: DeployedTemplate,
  next: DeployedTemplate,
): string | undefined {
  const more = reservedIn(next) - reservedIn(deployed);
  if (more <= 0 || unreserved - more >= leastUnreserved) return undefined;
  return `The account's quota of concurrent executions is ${quota}, of which ${unreserved} are not reserved. ${more} more cannot be reserved, because ${leastUnreserved} must be left. Ask AWS for a higher quota, or reserve less.`;
}

/** Executions that the functions of a template reserve. */
function reservedIn({ Resources = {} }: DeployedTemplate): number {
  return Object.values(Resources)
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .reduce((sum, { Properties = {} }) => sum + Number(Properties.ReservedConcurrentExecutions ?? 0), 0);
}
