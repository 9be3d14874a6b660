import type { AlarmEntry, Watched } from "./alarm-catalogue.ts";
import type { ServiceFunction } from "./service-function.ts";

/** Alarms about functions that could not run. What a function answers or counts itself is no error of Lambda's. */
export function functionAlarms({ refundQuery, refundRecheck, refundTell, refundFeed }: Watched): AlarmEntry[] {
  return [
    ...alarmsOf(refundQuery, "Query", {
      failing: "A partner got 500 or 503 because refund-query itself failed.",
      throttled: "Partners get 503, because the account has reached its limit of functions that run at once.",
    }),
    ...alarmsOf(refundRecheck, "Recheck", {
      failing: "The refunds of some shards were not checked; the next minute's sweep tries again.",
      throttled: "Rechecks run late, because the account has reached its limit of functions that run at once.",
    }),
    ...alarmsOf(refundTell, "Tell", {
      failing: "Some partners were not told of their refunds; the next minute's sweep tries again.",
      throttled: "Partners are told late, because the account has reached its limit of functions that run at once.",
    }),
    ...alarmsOf(refundFeed, "Feed", {
      failing: "A partner got 500 or 503 for a watch or its changes, because refund-feed itself failed.",
      throttled: "Partners get 503 for watches and changes, because too many functions run at once.",
    }),
  ];
}

type Hurt = { readonly failing: string; readonly throttled: string };

function alarmsOf({ name, lambda }: ServiceFunction, id: string, hurt: Hurt): AlarmEntry[] {
  const once = { threshold: 1, evaluationPeriods: 1 };
  return [
    {
      id: `${id}Errors`,
      heading: `${name} fails`,
      endsRollout: true,
      hurt: hurt.failing,
      metric: lambda.metricErrors(),
      ...once,
    },
    {
      id: `${id}Throttles`,
      heading: `${name} is throttled`,
      hurt: hurt.throttled,
      metric: lambda.metricThrottles(),
      ...once,
    },
  ];
}
