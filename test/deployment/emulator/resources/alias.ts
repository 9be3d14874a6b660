import * as z from "zod";
import { resourceKind } from "../resource-kind.ts";

/** A version is only ever added: the stack retains it, and a function takes its versions with it. */
export const version = resourceKind(
  z.strictObject({ FunctionName: z.string() }),
  ({ FunctionName }, { account: { lambda } }) => {
    const Version = lambda.publish(FunctionName);
    return { ref: `${lambda.find(FunctionName).arn}:${Version}`, attributes: { Version } };
  },
);

export const alias = resourceKind(
  z.strictObject({ FunctionName: z.string(), FunctionVersion: z.string(), Name: z.string() }),
  ({ FunctionName, FunctionVersion, Name }, { account: { lambda } }) => {
    const made = lambda.addAlias(FunctionName, Name, FunctionVersion);
    return { ref: made.arn, remove: () => lambda.removeAlias(made) };
  },
  ({ FunctionName, FunctionVersion, Name }, { account: { lambda } }, made) => {
    const found = lambda.findInvocable(`${FunctionName}:${Name}`);
    if ("version" in found) found.version = FunctionVersion;
    return made;
  },
);

/** An age has no meaning where no event has to wait. */
export const eventInvokeConfig = resourceKind(
  z.strictObject({
    FunctionName: z.string(),
    Qualifier: z.string().regex(/^[a-z]+$/),
    MaximumRetryAttempts: z.int().min(0).max(2),
    MaximumEventAgeInSeconds: z.int().min(60).max(21_600),
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }),
  }),
  ({ FunctionName, Qualifier, MaximumRetryAttempts, DestinationConfig }, { account, newName }) => {
    const onFailure = DestinationConfig.OnFailure.Destination;
    if (!account.queues.has(onFailure)) throw new Error(`there is no queue ${onFailure}`);
    const target = account.lambda.findInvocable(`${FunctionName}:${Qualifier}`);
    target.eventConfig = { retries: MaximumRetryAttempts, onFailure };
    return {
      ref: newName(),
      remove() {
        target.eventConfig = undefined;
      },
    };
  },
);
