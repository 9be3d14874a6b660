import {
  GetAliasCommand,
  type LambdaClient,
  paginateListVersionsByFunction,
  UpdateAliasCommand,
} from "@aws-sdk/client-lambda";
import { liveAlias } from "../../shared/names.ts";

export type RolledBack = {
  readonly name: string;
  /** The version that was in use. */
  readonly from: string;
  /** The version that is in use now, or undefined if the function stays as it is. */
  readonly to: string | undefined;
};

type RollBackDeps = { readonly lambda: LambdaClient; readonly name: string; readonly changedAt: Date };

/**
 * Points the alias to the newest version that is older than the stack's last deployment, which began at `changedAt`. A
 * function that the deployment has not changed, or that was rolled back already, stays as it is.
 */
export async function rollBackFunction({ lambda, name, changedAt }: RollBackDeps): Promise<RolledBack> {
  const alias = await lambda.send(new GetAliasCommand({ FunctionName: name, Name: liveAlias }));
  const from = alias.FunctionVersion ?? "";
  const versions: { number: number; madeAt: number }[] = [];
  for await (const { Versions = [] } of paginateListVersionsByFunction({ client: lambda }, { FunctionName: name })) {
    versions.push(
      ...Versions.filter(({ Version }) => Version !== "$LATEST").map(({ Version, LastModified = "" }) => {
        return { number: Number(Version), madeAt: Date.parse(LastModified) };
      }),
    );
  }
  const before = versions.filter(({ madeAt }) => madeAt < changedAt.getTime()).map(({ number }) => number);
  const to = Math.max(...before);
  // Part of the invocations may be on a newer version already, which the alias names beside the one in use.
  const isMoving = Object.keys(alias.RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
  if (before.length === 0 || (to === Number(from) && !isMoving)) return { name, from, to: undefined };
  await lambda.send(
    new UpdateAliasCommand({
      FunctionName: name,
      Name: liveAlias,
      FunctionVersion: String(to),
      RoutingConfig: { AdditionalVersionWeights: {} },
    }),
  );
  return { name, from, to: String(to) };
}
