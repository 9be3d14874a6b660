import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmEntry, Watched } from "./alarm-catalogue.ts";

/** Alarms about what AWS provides: the table, the gateways, the certificate. */
export function resourceAlarms({ refunds, egress, api }: Watched): AlarmEntry[] {
  const gateways = egress.natGatewayIds.map(
    (NatGatewayId, i): AlarmEntry => ({
      id: `NatPorts${i + 1}`,
      heading: "A NAT gateway runs out of ports",
      hurt: "Checks fail and partners get 502, because the gateway has no port left for another connection to ChinaUMS.",
      metric: new Metric({
        namespace: "AWS/NATGateway",
        metricName: "ErrorPortAllocation",
        dimensionsMap: { NatGatewayId },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 1,
      evaluationPeriods: 1,
    }),
  );
  const certificate = ({ certificateArn }: { certificateArn: string }): AlarmEntry => ({
    id: "CertificateExpiry",
    heading: "The certificate expires soon",
    hurt: "In less than 21 days no partner can connect, because the domain's certificate was not renewed.",
    metric: new Metric({
      namespace: "AWS/CertificateManager",
      metricName: "DaysToExpiry",
      dimensionsMap: { CertificateArn: certificateArn },
      statistic: Stats.MINIMUM,
      period: Duration.days(1),
    }),
    // ACM renews 60 days before the end.
    threshold: 21,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 1,
  });
  return [
    {
      id: "TableThrottled",
      heading: "The table is throttled",
      hurt: "Requests and rechecks wait or fail, because DynamoDB takes fewer reads or writes than there are.",
      metric: refunds.throttles(),
      threshold: 1,
      // DynamoDB refuses for moments while it makes more partitions, and the SDK tries again.
      evaluationPeriods: 3,
    },
    ...gateways,
    ...(api.certificateArn === undefined ? [] : [certificate({ certificateArn: api.certificateArn })]),
  ];
}
