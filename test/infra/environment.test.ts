import { App, Stack } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { type FunctionEnvs, functionEnvSchemas, functionNames } from "../../functions/function-envs.ts";
import { Egress } from "../../infra/constructs/egress.ts";
import { ServiceFunction } from "../../infra/constructs/service-function.ts";
import { readSettings } from "../../infra/stage-settings.ts";
import { localStack, readStack } from "../../sandbox/stack/local-stack.ts";
import { synthesize } from "../support/synthesis.ts";

test.each(functionNames)("%s is deployed with the variables that it reads, and no other", async (name) => {
  const { environment } = (await localStack()).functions[name];
  const resolved = Object.fromEntries(Object.entries(environment).map(([key, value]) => [key, String(value)]));
  expect(functionEnvSchemas[name].parse(resolved)).toEqual(resolved);
});

type RefundQueryEnv = FunctionEnvs["refund-query"];

test("a variable that is missing or misspelt does not compile", () => {
  const environment: RefundQueryEnv = {
    STAGE: "prod",
    TABLE_NAME: "table",
    PLATFORM_SECRET_ID: "platform",
    PARTNER_SECRET_PREFIX: "partners/",
    PARTNER_PER_SECOND: "20",
    PARTNER_BURST: "100",
    UPSTREAM_BASE_URL: "https://example.com",
    UPSTREAM_AUTH: "body-sig",
    TOKEN_VERSION: "v1",
    TOKEN_HEADER: "quoted",
    NEED_DATA_TAG: "false",
    OPEN_LADDER: "1m",
    NOT_FOUND_LADDER: "1m",
    PRODUCT_LADDERS: "{}",
    EXPECTED_WAITS: "{}",
    SHARDS: "16",
  };
  const { TABLE_NAME, ...withoutTable } = environment;
  const stack = new Stack(new App({ context: { "aws:cdk:bundling-stacks": [] } }), "Types");
  const settings = readSettings({});
  const deployed = {
    name: "refund-query",
    description: "",
    memoryMb: 128,
    timeoutSeconds: 1,
    reserved: undefined,
    logRetentionDays: 1,
    keepLogs: false,
    logKey: undefined,
    egress: new Egress(stack, "Egress", { settings, key: undefined }),
  } as const;
  new ServiceFunction(stack, "Right", { ...deployed, environment });
  // @ts-expect-error TABLE_NAME is missing
  new ServiceFunction(stack, "Missing", { ...deployed, environment: withoutTable });
  new ServiceFunction(stack, "Misspelt", {
    ...deployed,
    // @ts-expect-error TABLE is not a variable of the function
    environment: { ...withoutTable, TABLE: TABLE_NAME },
  });
});

test("ladders and waits by product reach the functions that check refunds, and those that answer partners", () => {
  const ladders = JSON.stringify({ QRPAYDEFAULT: "1m*9 1h" });
  const expected = JSON.stringify({ QRPAYDEFAULT: "12m" });
  const { functions } = readStack(synthesize({ ladders, expected }));
  const have = (variable: string) => functionNames.filter((name) => variable in functions[name].environment);
  expect(have("PRODUCT_LADDERS")).toEqual(["refund-query", "refund-recheck"]);
  expect(have("EXPECTED_WAITS")).toEqual(["refund-query", "refund-feed"]);
  expect(functions["refund-query"].environment).toMatchObject({ PRODUCT_LADDERS: ladders, EXPECTED_WAITS: expected });
});

test("the settings of the upstream's authentication reach the functions that call it, and no other", async () => {
  const { functions } = readStack(
    synthesize({ upstreamAuth: "access-token", tokenVersion: "v2", tokenHeader: "unquoted", needDataTag: "true" }),
  );
  const told = { UPSTREAM_AUTH: "access-token", TOKEN_VERSION: "v2", TOKEN_HEADER: "unquoted", NEED_DATA_TAG: "true" };
  for (const name of ["refund-query", "refund-recheck"] as const) {
    expect(functions[name].environment).toMatchObject(told);
  }
  for (const name of ["refund-tell", "refund-feed"] as const) {
    for (const variable of Object.keys(told)) expect(functions[name].environment).not.toHaveProperty(variable);
  }
});
