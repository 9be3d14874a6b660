import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { stackName } from "../shared/names.ts";
import { defaultLadders, type Ladders, parseLadder } from "../shared/refund/recheck-ladder.ts";

/** Both ladders as settings write them. */
export type LadderTexts = { readonly open: string; readonly notFound: string };

export function laddersIn({ open, notFound }: LadderTexts): Ladders {
  return { open: parseLadder(open), notFound: parseLadder(notFound) };
}

/** The ladders that a stage rechecks by; the default ones where its function may not be looked at. */
export async function readDeployedLadders(client: LambdaClient, stage: string): Promise<Ladders> {
  try {
    const FunctionName = `${stackName(stage)}-refund-recheck`;
    const { Environment } = await client.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const { OPEN_LADDER, NOT_FOUND_LADDER } = Environment?.Variables ?? {};
    return laddersIn({ open: OPEN_LADDER ?? "", notFound: NOT_FOUND_LADDER ?? "" });
  } catch {
    return defaultLadders;
  }
}
