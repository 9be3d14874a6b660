import * as z from "zod";
import { localAccount, localRegion } from "../../../../tools/local-aws.ts";
import { resourceKind, unchanged } from "../resource-kind.ts";

export const logGroup = resourceKind(
  z.strictObject({ RetentionInDays: z.int().optional() }),
  (_, { account: { logGroups }, newName }) => {
    const name = newName();
    logGroups.add(name);
    return {
      ref: name,
      attributes: { Arn: `arn:aws:logs:${localRegion}:${localAccount}:log-group:${name}:*` },
      remove() {
        logGroups.delete(name);
      },
    };
  },
  unchanged,
);
