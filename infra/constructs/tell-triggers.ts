import { Aws, Duration } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnEventInvokeConfig, CfnEventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import { dueKinds, liveAlias, maxShards } from "../../shared/names.ts";
import type { DeadLetters } from "./dead-letters.ts";
import type { RefundTable } from "./refund-table.ts";
import type { ServiceFunction } from "./service-function.ts";

/** The next minute's event does the work of an older one. */
const maxEventAge = Duration.minutes(1);
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
    deadLetters.grantSend(target);

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

    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
    deadLetters.grantSend(role);
    const schedule = new CfnSchedule(this, "Schedule", {
      description: "Tells partners what the stream has left, and tries webhooks again.",
      scheduleExpression: "rate(1 minute)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ shards: Array.from({ length: maxShards }, (_, shard) => String(shard)) }),
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: maxEventAge.toSeconds() },
        deadLetterConfig: { arn: queueArn },
      },
    });
    schedule.node.addDependency(role.node.findChild("DefaultPolicy"));

    const failures = new CfnEventInvokeConfig(this, "Failures", {
      functionName: target.lambda.functionName,
      qualifier: liveAlias,
      maximumRetryAttempts: 1,
      maximumEventAgeInSeconds: maxEventAge.toSeconds(),
      destinationConfig: { onFailure: { destination: queueArn } },
    });
    failures.node.addDependency(target.live);
  }
}
