import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import type { AlarmEntry, Watched } from "./alarm-catalogue.ts";
import { serviceMetric } from "./service-metrics.ts";

/** The dead man of the probe, where there is one: it hears of whatever keeps a partner from an answer. */
export function probeAlarms({ stage, hasProbe }: Watched): AlarmEntry[] {
  if (!hasProbe) return [];
  return [
    {
      id: "NoProbe",
      heading: "The probe gets no answer",
      hurt: "For 15 minutes no request over the public name was answered, so probably no partner gets an answer.",
      metric: serviceMetric(stage, "Probes", { period: Duration.minutes(15) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.BREACHING,
    },
  ];
}
