import type { CreateTableCommandInput, StreamSpecification, TimeToLiveSpecification } from "@aws-sdk/client-dynamodb";
import { type FunctionName, functionNames } from "../../functions/function-envs.ts";
import { liveAlias } from "../../shared/names.ts";
import { type EventPattern, eventPatternSchema } from "../stream/event-pattern.ts";
import { localNames } from "./local-names.ts";
import { resolveValue } from "./resolve-value.ts";
import { type LocalSettings, type Resource, synthesizedTemplate, type Template } from "./synthesized-template.ts";

/** The table as the deployment defines it, in the words of DynamoDB's API. */
export type TableDefinition = Required<
  Pick<CreateTableCommandInput, "AttributeDefinitions" | "KeySchema" | "GlobalSecondaryIndexes" | "BillingMode">
> & {
  readonly TimeToLiveSpecification: TimeToLiveSpecification;
  readonly StreamSpecification?: Pick<StreamSpecification, "StreamViewType"> | undefined;
};

export type LocalFunction = {
  readonly lambdaName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
};
/** What of the table's changes a function is handed, and how. */
export type StreamMapping = {
  readonly target: FunctionName;
  readonly patterns: readonly EventPattern[];
  readonly batchSize: number;
  readonly windowMs: number;
  readonly lanes: number;
};
export type Schedule = { readonly target: FunctionName; readonly everyMs: number; readonly input: unknown };

/** What the local run takes from the deployment. */
export type LocalStack = {
  readonly tableName: string;
  readonly table: TableDefinition;
  readonly functions: Readonly<Record<FunctionName, LocalFunction>>;
  /** The function that answers each route, such as `POST /v1/refunds/watch` or `$default`. */
  readonly routes: Readonly<Record<string, FunctionName>>;
  readonly schedules: readonly Schedule[];
  readonly streamMappings: readonly StreamMapping[];
};

/** Reads the stack that would be deployed. @throws as synthesizedTemplate, or if the stack lacks what the local run needs */
export async function localStack(settings: LocalSettings = {}): Promise<LocalStack> {
  return readStack(await synthesizedTemplate(settings));
}

export function readStack(template: Template): LocalStack {
  const resolved = (value: unknown) => resolveValue(value, localNames(template));
  const ofType = (type: string) => resourcesOf(template, type);
  const lambdas = ofType("AWS::Lambda::Function");
  const functionOf = (aliasArn: unknown): FunctionName => {
    const arn = String(resolved(aliasArn)).replace(`:${liveAlias}`, "");
    const [, lambda] = lambdas.find(([id]) => resolved({ "Fn::GetAtt": [id, "Arn"] }) === arn) ?? [];
    const found = functionNames.find((name) => String(lambda?.FunctionName).endsWith(name));
    if (found === undefined) throw new Error(`the template has no function ${arn}`);
    return found;
  };

  const [[tableId, table] = []] = ofType("AWS::DynamoDB::Table");
  if (tableId === undefined || table === undefined) throw new Error("the template has no table");

  const functions = Object.fromEntries(
    functionNames.map((name) => {
      const [, lambda] = lambdas.find(([, { FunctionName }]) => String(FunctionName).endsWith(name)) ?? [];
      if (lambda === undefined) throw new Error(`the template has no function ${name}`);
      const { Variables } = lambda.Environment as { Variables: Record<string, string> };
      const local: LocalFunction = {
        lambdaName: String(lambda.FunctionName),
        environment: Variables,
        timeoutMs: Number(lambda.Timeout) * 1000,
      };
      return [name, local];
    }),
  ) as Record<FunctionName, LocalFunction>;

  const routes = ofType("AWS::ApiGatewayV2::Route").map(([, { RouteKey, Target }]) => {
    const integration = ofType("AWS::ApiGatewayV2::Integration").find(
      ([id]) => Target === `integrations/${resolved({ Ref: id })}`,
    );
    return [String(RouteKey), functionOf(integration?.[1].IntegrationUri)] as const;
  });
  const schedules = ofType("AWS::Scheduler::Schedule").map(([, { ScheduleExpression, Target }]) => {
    const { Arn, Input } = Target as { Arn: string; Input: string };
    return { target: functionOf(Arn), everyMs: readRate(String(ScheduleExpression)), input: JSON.parse(Input) };
  });
  const streamMappings = ofType("AWS::Lambda::EventSourceMapping").map(([, mapping]): StreamMapping => {
    const { Filters: filters } = mapping.FilterCriteria as { Filters: { Pattern: string }[] };
    return {
      target: functionOf(mapping.FunctionName),
      patterns: filters.map(({ Pattern: pattern }) => eventPatternSchema.parse(JSON.parse(pattern))),
      batchSize: Number(mapping.BatchSize),
      windowMs: Number(mapping.MaximumBatchingWindowInSeconds) * 1000,
      lanes: Number(mapping.ParallelizationFactor),
    };
  });
  return {
    tableName: String(resolved({ Ref: tableId })),
    table: table as unknown as TableDefinition,
    functions,
    routes: Object.fromEntries(routes),
    schedules,
    streamMappings,
  };
}

/** The resources of a type by their logical ids, with properties as they would be after a deployment. */
export function resourcesOf(template: Template, type: string): [string, Resource["Properties"]][] {
  return Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, resolveValue(Properties, localNames(template)) as Resource["Properties"]]);
}

const unitMs: Record<string, number> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function readRate(expression: string): number {
  const [, count, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const everyMs = Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!(everyMs > 0)) throw new Error(`a schedule of ${expression} is not known here`);
  return everyMs;
}
