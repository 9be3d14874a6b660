import { describe, expect, test } from "vitest";
import { readSettings } from "../../infra/stage-settings.ts";
import { localStack, readStack, resourcesOf } from "../../sandbox/stack/local-stack.ts";
import { dueIndex, maxShards, placeholderAppId } from "../../shared/names.ts";
import { everything, synthesize } from "../support/synthesis.ts";

const template = synthesize();
const all = (type: string, of = template) => resourcesOf(of, type).map(([, properties]) => properties);
const only = (type: string, of = template) => {
  const [one, ...others] = all(type, of);
  expect(others).toEqual([]);
  return one ?? {};
};

describe("what outlives the stack", () => {
  test("the table is paid by use, kept, protected, recoverable to any second, and ends what has a ttl", () => {
    expect(only("AWS::DynamoDB::Table")).toMatchObject({
      BillingMode: "PAY_PER_REQUEST",
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
      GlobalSecondaryIndexes: [{ IndexName: dueIndex, Projection: { ProjectionType: "KEYS_ONLY" } }],
    });
    const [table] = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::DynamoDB::Table");
    expect(table).toMatchObject({ DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" });
  });

  test("the platform secret begins as what the functions take for not set yet", () => {
    expect(only("AWS::SecretsManager::Secret")).toMatchObject({
      Name: "refund-status/prod/platform",
      GenerateSecretString: {
        SecretStringTemplate: JSON.stringify({ appId: placeholderAppId }),
        GenerateStringKey: "appKey",
      },
    });
  });
});

test("of Lambda's own lines only those about trouble are kept", () => {
  for (const { LoggingConfig } of all("AWS::Lambda::Function", template)) {
    expect(LoggingConfig).toMatchObject({ LogFormat: "JSON", SystemLogLevel: "WARN" });
  }
});

describe("the partner's endpoint", () => {
  test("hands every other path to the function that answers ChinaUMS's clients, throttled and logged", () => {
    expect(only("AWS::ApiGatewayV2::Api")).toMatchObject({ ProtocolType: "HTTP" });
    expect(all("AWS::ApiGatewayV2::Route").map(({ RouteKey }) => RouteKey)).toContain("$default");
    expect(only("AWS::ApiGatewayV2::Stage")).toMatchObject({
      StageName: "$default",
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      AccessLogSettings: { Format: expect.stringContaining('"status":"$context.status"') },
    });
  });

  test("logs also what never reaches the function, and repeats nothing that the function logs", () => {
    const { AccessLogSettings } = only("AWS::ApiGatewayV2::Stage") as { AccessLogSettings: { Format: string } };
    expect(Object.keys(JSON.parse(AccessLogSettings.Format))).toEqual([
      "time",
      "requestId",
      "route",
      "host",
      "ip",
      "userAgent",
      "status",
      "bytes",
      "latencyMs",
      "error",
      "integrationError",
    ]);
  });

  test("logs whose certificate a caller shows, where it must show one", () => {
    const { AccessLogSettings } = only("AWS::ApiGatewayV2::Stage", synthesize(everything)) as {
      AccessLogSettings: { Format: string };
    };
    expect(JSON.parse(AccessLogSettings.Format)).toMatchObject({
      clientCertificate: "$context.identity.clientCert.subjectDN",
    });
  });

  test("waits longer than its functions, which have longer than their own time budget", () => {
    for (const { TimeoutInMillis, PayloadFormatVersion } of all("AWS::ApiGatewayV2::Integration")) {
      expect([TimeoutInMillis, PayloadFormatVersion]).toEqual([30_000, "2.0"]);
    }
    const { functions } = readStack(template);
    for (const name of ["refund-query", "refund-feed"] as const) expect(functions[name].timeoutMs).toBe(28_000);
  });

  test("has no name but its own where partners must show a certificate", () => {
    const full = synthesize(everything);
    expect(only("AWS::ApiGatewayV2::Api", full)).toMatchObject({ DisableExecuteApiEndpoint: true });
    expect(only("AWS::ApiGatewayV2::DomainName", full)).toMatchObject({
      DomainName: "refunds.example.com",
      MutualTlsAuthentication: { TruststoreUri: "s3://trusted-partners/ca.pem" },
    });
    expect(full.Outputs.ApiUrl?.Value).toBe("https://refunds.example.com");
    expect(full.Outputs).toHaveProperty("DomainTarget");
  });
});

describe("the functions", () => {
  test("run on Node 24 and arm64, and log into a group that is kept for a time", () => {
    for (const lambda of all("AWS::Lambda::Function")) {
      expect(lambda).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"], Handler: "index.handler" });
    }
    const groups = all("AWS::Logs::LogGroup", synthesize({ logRetentionDays: "30" }));
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual([30, 30, 30, 30, 30]);
  });

  test("call from fixed addresses where ChinaUMS wants to know them, and reach DynamoDB without the NAT gateway", () => {
    const full = synthesize(everything);
    expect(all("AWS::EC2::EIP", full)).toHaveLength(2);
    expect(all("AWS::EC2::NatGateway", full)).toHaveLength(2);
    expect(only("AWS::EC2::VPCEndpoint", full)).toMatchObject({ VpcEndpointType: "Gateway" });
    const inVpc = all("AWS::Lambda::Function", full).filter(({ VpcConfig }) => VpcConfig !== undefined);
    // What calls nobody, or partners, or comes in as partners do, needs no address that ChinaUMS knows.
    expect(inVpc.map(({ FunctionName }) => FunctionName)).toEqual([
      "RefundStatus-full-refund-query",
      "RefundStatus-full-refund-recheck",
    ]);
    expect(full.Outputs).toHaveProperty("EgressAddresses");
    expect(all("AWS::EC2::EIP")).toEqual([]);
  });
});

describe("the schedule", () => {
  test.each([1, 3, 4, 16])("in %i groups checks every shard once a minute, however few are written to", (groups) => {
    const { schedules } = readStack(synthesize({ groups, shards: 2 }));
    const sweeps = schedules.filter(({ target }) => target === "refund-recheck");
    expect(sweeps).toHaveLength(groups);
    const shards = sweeps.flatMap(({ input }) => (input as { shards: string[] }).shards);
    expect(shards).toEqual(Array.from({ length: maxShards }, (_, shard) => String(shard)));
    for (const { everyMs } of sweeps) expect(everyMs).toBe(60_000);
  });

  test("leaves in one queue what could not be started and what could not run", () => {
    const DeadLetterConfig = { Arn: "arn:aws:sqs:us-east-1:000000000000:RefundStatus-local-DeadLettersQueue" };
    for (const { Target } of all("AWS::Scheduler::Schedule")) {
      expect(Target).toMatchObject({ DeadLetterConfig, RetryPolicy: { MaximumRetryAttempts: 2 } });
    }
    for (const { DestinationConfig } of all("AWS::Lambda::EventInvokeConfig")) {
      expect(DestinationConfig).toEqual({ OnFailure: { Destination: DeadLetterConfig.Arn } });
    }
  });
});

test("whoever operates it is told five things", () => {
  expect(Object.keys(template.Outputs)).toEqual([
    "ApiUrl",
    "TableName",
    "PlatformSecretName",
    "PartnerSecretPrefix",
    "AlarmTopicArn",
  ]);
  expect(template.Outputs).toMatchObject({
    PlatformSecretName: { Value: "refund-status/prod/platform" },
    PartnerSecretPrefix: { Value: "refund-status/prod/partners/" },
  });
});

test("somebody is written to about alarms only where the settings name an address", () => {
  expect(all("AWS::SNS::Subscription")).toEqual([]);
  expect(only("AWS::SNS::Subscription", synthesize(everything))).toMatchObject({
    Protocol: "email",
    Endpoint: "operations@example.com",
  });
});

test("the local run is of the same stack", async () => {
  const { table, routes } = await localStack();
  expect(table).toEqual(readStack(template).table);
  expect(routes).toEqual({
    $default: "refund-query",
    "POST /v1/refunds/changes": "refund-feed",
    "POST /v1/refunds/watch": "refund-feed",
  });
});

describe("what the account has already", () => {
  const addressAllocations = ["eipalloc-0123456789abcdef0"];
  const full = synthesize({ egress: "fixed-ip", addressAllocations, tableName: "Restored" });

  test("addresses that an earlier stack has left are taken again in place of new ones", () => {
    expect(all("AWS::EC2::EIP", full)).toEqual([]);
    expect(only("AWS::EC2::NatGateway", full)).toMatchObject({ AllocationId: addressAllocations[0] });
    expect(full.Outputs.EgressAddresses?.Value).toBe(addressAllocations[0]);
  });

  test("a restored table is used by every function and right, and the stack's own table stays", () => {
    expect(full.Outputs.TableName?.Value).toBe("Restored");
    for (const { environment } of Object.values(readStack(full).functions)) {
      expect(environment).toMatchObject({ TABLE_NAME: "Restored" });
    }
    const policies = JSON.stringify(all("AWS::IAM::Policy", full));
    expect(policies).toContain("table/Restored/index/due");
    expect(policies).not.toContain("RefundsTable");
    expect(all("AWS::DynamoDB::Table", full)).toHaveLength(1);
  });
});

test.each([
  ["https://api-mop.chinaums.com", [443]],
  ["https://api-mop.chinaums.com:8443", [443, 8443]],
  ["http://10.0.0.7:8080", [443, 8080]],
])("%s passes the security group", (upstreamBaseUrl, ports) => {
  const { SecurityGroupEgress } = only("AWS::EC2::SecurityGroup", synthesize({ egress: "fixed-ip", upstreamBaseUrl }));
  expect((SecurityGroupEgress as { ToPort: number }[]).map(({ ToPort }) => ToPort)).toEqual(ports);
});

describe("a new version", () => {
  const cautious = synthesize({ rollout: "canary" });

  test("is what the alias live points to, which everything invokes, and the one before stays", () => {
    expect(all("AWS::Lambda::Alias").map(({ Name }) => Name)).toEqual(["live", "live", "live", "live"]);
    for (const { Type, DeletionPolicy } of Object.values(template.Resources) as {
      Type: string;
      DeletionPolicy?: string;
    }[]) {
      if (Type === "AWS::Lambda::Version") expect(DeletionPolicy).toBe("Retain");
    }
    const invoked = [
      ...all("AWS::ApiGatewayV2::Integration").map(({ IntegrationUri }) => IntegrationUri),
      ...all("AWS::Lambda::EventSourceMapping").map(({ FunctionName }) => FunctionName),
      ...all("AWS::Scheduler::Schedule").map(({ Target }) => (Target as { Arn: string }).Arn),
    ];
    for (const arn of invoked) expect(arn).toMatch(/:live$/);
    const qualifiers = all("AWS::Lambda::EventInvokeConfig").map(({ Qualifier }) => Qualifier);
    expect(qualifiers).toEqual(["live", "live"]);
  });

  test("is given a tenth of the invocations for 5 minutes where the stage says so, and an alarm takes it back", () => {
    expect(all("AWS::CodeDeploy::DeploymentGroup")).toEqual([]);
    const groups = all("AWS::CodeDeploy::DeploymentGroup", cautious);
    expect(groups).toHaveLength(4);
    for (const group of groups) {
      expect(group).toMatchObject({
        DeploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        AutoRollbackConfiguration: { Enabled: true, Events: expect.arrayContaining(["DEPLOYMENT_STOP_ON_ALARM"]) },
        AlarmConfiguration: { Enabled: true },
      });
      const { Alarms } = group.AlarmConfiguration as { Alarms: { Name: string }[] };
      for (const name of ["QueryErrors", "TellErrors", "FeedErrors", "TellFailures"]) {
        expect(JSON.stringify(Alarms)).toContain(name);
      }
    }
    expect(readSettings({ stage: "prod" }).rollout).toBe("canary");
  });
});

test("a stage can keep executions for each function, and its logs when it is taken down; prod keeps them 400 days", () => {
  const reserved = { queryReserved: "200", recheckReserved: "20", tellReserved: "30", feedReserved: "40" };
  const full = synthesize({ ...reserved, keepLogs: "true" });
  const reservedIn = (of: typeof template) =>
    all("AWS::Lambda::Function", of).map((lambda) => lambda.ReservedConcurrentExecutions);
  expect(reservedIn(full)).toEqual([200, 20, 30, 40]);
  expect(new Set(reservedIn(template))).toEqual(new Set([undefined]));
  const policies = (of: typeof template) =>
    (Object.values(of.Resources) as { Type: string; DeletionPolicy?: string }[])
      .filter(({ Type }) => Type === "AWS::Logs::LogGroup")
      .map(({ DeletionPolicy }) => DeletionPolicy);
  expect(policies(full)).toEqual(Array(5).fill("Retain"));
  expect(policies(template)).toEqual(Array(5).fill("Delete"));
  expect(readSettings({ stage: "prod" })).toMatchObject({ logRetentionDays: 400, keepLogs: true });
});
