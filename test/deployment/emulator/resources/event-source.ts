import * as z from "zod";
import { eventPatternSchema } from "../../../../sandbox/stream/event-pattern.ts";
import { resourceKind } from "../resource-kind.ts";

const pattern = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(eventPatternSchema);

/** A window, lanes and an age have no meaning where a test says when records are handed on. */
export const eventSourceMapping = resourceKind(
  z.strictObject({
    FunctionName: z.string(),
    EventSourceArn: z.string(),
    StartingPosition: z.literal("LATEST"),
    FilterCriteria: z.strictObject({
      Filters: z
        .array(z.strictObject({ Pattern: pattern }))
        .min(1)
        .max(5),
    }),
    BatchSize: z.int().min(1).max(10_000),
    MaximumBatchingWindowInSeconds: z.int().min(0).max(300),
    ParallelizationFactor: z.int().min(1).max(10),
    MaximumRetryAttempts: z.int().min(-1).max(10_000),
    MaximumRecordAgeInSeconds: z.int().min(60).max(604_800),
    DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }),
  }),
  async (properties, { account: { eventSources, lambda, queues }, newName }) => {
    const onFailure = properties.DestinationConfig.OnFailure.Destination;
    if (!queues.has(onFailure)) throw new Error(`there is no queue ${onFailure}`);
    const source = {
      streamArn: properties.EventSourceArn,
      functionArn: lambda.findInvocable(properties.FunctionName).arn,
      patterns: properties.FilterCriteria.Filters.map(({ Pattern }) => Pattern),
      batchSize: properties.BatchSize,
      retries: properties.MaximumRetryAttempts,
      onFailure,
    };
    await eventSources.add(source);
    return { ref: newName(), remove: () => eventSources.remove(source) };
  },
);
