import * as z from "zod";
import { resourceKind } from "../resource-kind.ts";

const maxNameLength = 64;
const minutes = z
  .string()
  .regex(/^rate\(\d+ minutes?\)$/)
  .transform((expression) => Number(expression.replace(/\D/g, "")));

export const schedule = resourceKind(
  z.strictObject({
    Description: z.string().optional(),
    ScheduleExpression: minutes,
    FlexibleTimeWindow: z.strictObject({ Mode: z.literal("OFF") }),
    Target: z.strictObject({
      Arn: z.string(),
      RoleArn: z.string(),
      Input: z.string().transform((text) => JSON.parse(text) as unknown),
      RetryPolicy: z.strictObject({ MaximumRetryAttempts: z.int(), MaximumEventAgeInSeconds: z.int() }),
      DeadLetterConfig: z.strictObject({ Arn: z.string() }),
    }),
  }),
  ({ ScheduleExpression, Target }, { account: { lambda, scheduler, queues }, newName }) => {
    const { Arn, RoleArn, Input, RetryPolicy, DeadLetterConfig } = Target;
    if (!queues.has(DeadLetterConfig.Arn)) throw new Error(`there is no queue ${DeadLetterConfig.Arn}`);
    const made = {
      everyMinutes: ScheduleExpression,
      functionArn: lambda.findInvocable(Arn).arn,
      roleArn: RoleArn,
      input: Input,
      retries: RetryPolicy.MaximumRetryAttempts,
      deadLetterArn: DeadLetterConfig.Arn,
    };
    scheduler.add(made);
    return { ref: newName(maxNameLength), remove: () => scheduler.remove(made) };
  },
);
