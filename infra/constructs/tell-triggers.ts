import { Duration } from "aws-cdk-lib";
import { CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { dueKinds, maxShards } from "../../shared/names.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { RefundTable } from "./refund-table.ts";
import { addSchedule, keepFailures, maxEventAge, schedulerRole } from "./schedules.ts";
import type { ServiceFunction } from "./service-function.ts";

/** The second try of a delivery comes 5 s after the first, so that records of it may be gathered for as long. */
const secondTryWindow = Duration.seconds(5);

type TellTriggersProps = {
  readonly target: ServiceFunction;
  readonly refunds: RefundTable;
  readonly deadLetters: DeadLetters;
};

/** Wakes the telling function: at once by the table's stream, and every minute for whatever the stream has missed. */
export class TellTriggers extends Construct {
  constructor(scope: Construct, id: string, { target, refunds, deadLetters }: TellTriggersProps) {
    super(scope, id);
    const { functionArn } = target.live;
    const queueArn = deadLetters.queue.queueArn;

    const { streamArn } = refunds;
    if (streamArn !== undefined) {
      refunds.grantReadStream(target, streamArn);
      const addStream = (name: string, image: object, windowSeconds: number, lanes: number) => {
        const mapping = new CfnEventSourceMapping(this, name, {
          functionName: functionArn,
          eventSourceArn: streamArn,
          startingPosition: "LATEST",
          filterCriteria: { filters: [{ pattern: JSON.stringify({ dynamodb: { NewImage: image } }) }] },
          batchSize: 100,
          maximumBatchingWindowInSeconds: windowSeconds,
          parallelizationFactor: lanes,
          maximumRetryAttempts: 1,
          maximumRecordAgeInSeconds: maxEventAge.toSeconds(),
          destinationConfig: { onFailure: { destination: queueArn } },
        });
        mapping.node.addDependency(target.live, target.rights);
      };
      // Ten lanes, so that an endpoint that hangs for its 15 s holds up a tenth of the others at most.
      addStream("Untold", { dueShard: { S: [{ prefix: dueKinds.tell }] } }, 0, 10);
      const failedOnce = { dueShard: { S: [{ prefix: dueKinds.deliver }] }, attempts: { N: ["1"] } };
      addStream("SecondTries", failedOnce, secondTryWindow.toSeconds(), 1);
    }

    const invoked = { target, deadLetters };
    addSchedule(this, "Schedule", {
      ...invoked,
      role: schedulerRole(this, "Role", invoked),
      description: "Tells partners what the stream has left, and tries webhooks again.",
      rate: "rate(1 minute)",
      input: { shards: Array.from({ length: maxShards }, (_, shard) => String(shard)) },
      retries: 2,
    });
    keepFailures(this, "Failures", invoked);
  }
}
