import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { stackName } from "../shared/names.ts";
import { defaultLadders, type Ladders, parseLadder, parseLadders } from "../shared/refund/recheck-ladder.ts";

/** The variables of refund-recheck that say when it checks. */
export type LadderVariables = Readonly<Record<"OPEN_LADDER" | "NOT_FOUND_LADDER" | "PRODUCT_LADDERS", string>>;

/** The ladders that an environment sets. */
export function laddersIn({ OPEN_LADDER, NOT_FOUND_LADDER, PRODUCT_LADDERS }: LadderVariables): Ladders {
  return {
    open: parseLadder(OPEN_LADDER),
    byProduct: parseLadders(JSON.parse(PRODUCT_LADDERS)),
    notFound: parseLadder(NOT_FOUND_LADDER),
  };
}

/** The ladders that a stage rechecks by; the default ones where its function may not be looked at. */
export async function readDeployedLadders(client: LambdaClient, stage: string): Promise<Ladders> {
  try {
    const FunctionName = `${stackName(stage)}-refund-recheck`;
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { OPEN_LADDER = "", NOT_FOUND_LADDER = "", PRODUCT_LADDERS = "{}" } = Environment?.Variables ?? {};
    return laddersIn({ OPEN_LADDER, NOT_FOUND_LADDER, PRODUCT_LADDERS });
  } catch {
    return defaultLadders;
  }
}
