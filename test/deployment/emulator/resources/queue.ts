import * as z from "zod";
import { localAccount, localRegion } from "../../../../tools/local-aws.ts";
import { resourceKind, unchanged } from "../resource-kind.ts";

const maxNameLength = 80;

export const queue = resourceKind(
  z.strictObject({ MessageRetentionPeriod: z.int().optional(), SqsManagedSseEnabled: z.boolean().optional() }),
  (_, { account: { queues, endpoint }, newName }) => {
    const QueueName = newName(maxNameLength);
    const Arn = `arn:aws:sqs:${localRegion}:${localAccount}:${QueueName}`;
    queues.add(Arn);
    return {
      ref: `${endpoint}/${localAccount}/${QueueName}`,
      attributes: { Arn, QueueName },
      remove: () => queues.remove(Arn),
    };
  },
  unchanged,
);
