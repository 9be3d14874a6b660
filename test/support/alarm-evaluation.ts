/** What is reported in each period by the names of metrics; nothing where a period has no data. */
export type Series = Readonly<Record<string, readonly (number | undefined)[]>>;

type MetricData = {
  Id: string;
  Expression?: string;
  MetricStat?: { Metric: { MetricName: string } };
  ReturnData?: boolean;
};
export type AlarmProperties = Readonly<Record<string, unknown>>;

/** Whether an alarm of the template would begin at some time during a series, by the rules of CloudWatch. */
export function begins(alarm: AlarmProperties, series: Series): boolean {
  const values = valuesOf(alarm, series);
  const of = Number(alarm.EvaluationPeriods);
  const enough = Number(alarm.DatapointsToAlarm ?? of);
  const isBreaching = values.map((value) =>
    value === undefined ? alarm.TreatMissingData === "breaching" : compare(alarm, value),
  );
  return isBreaching.some((_, end) => {
    const window = isBreaching.slice(Math.max(0, end + 1 - of), end + 1);
    return window.length === of && window.filter(Boolean).length >= enough;
  });
}

function compare({ ComparisonOperator, Threshold }: AlarmProperties, value: number): boolean {
  const threshold = Number(Threshold);
  switch (ComparisonOperator) {
    case "GreaterThanThreshold":
      return value > threshold;
    case "GreaterThanOrEqualToThreshold":
      return value >= threshold;
    case "LessThanThreshold":
      return value < threshold;
    default:
      throw new Error(`${ComparisonOperator} is not known here`);
  }
}

/** One value a period: that of the one metric, or of the expression over several. */
function valuesOf({ MetricName, Metrics = [] }: AlarmProperties, series: Series): (number | undefined)[] {
  const periods = Math.max(...Object.values(series).map(({ length }) => length));
  const at = (name: string, period: number) => series[name]?.[period];
  if (MetricName !== undefined) return Array.from({ length: periods }, (_, period) => at(String(MetricName), period));
  const metrics = Metrics as MetricData[];
  const expression = metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? "";
  const operands = metrics.filter(({ MetricStat }) => MetricStat !== undefined);
  const compute = new Function("IF", "FILL", ...operands.map(({ Id }) => Id), `return ${expression};`);
  return Array.from({ length: periods }, (_, period) => {
    const values = operands.map(({ MetricStat }) => at(MetricStat?.Metric.MetricName ?? "", period));
    const value = Number(compute(ifElse, fill, ...values));
    return Number.isFinite(value) ? value : undefined;
  });
}

const ifElse = (condition: unknown, yes: number, no: number) => (condition ? yes : no);
const fill = (value: number | undefined, instead: number) => value ?? instead;
