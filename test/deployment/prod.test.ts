import { afterAll, beforeAll, expect, test } from "vitest";
import { commandLimitMs } from "../support/run-command.ts";
import { type Emulator, startEmulator } from "./emulator/start-emulator.ts";
import { createOperator } from "./operator.ts";

/** What the stage of real money asks for, beyond any other. */
const timeout = 2 * commandLimitMs;
let emulator: Emulator;
let operator: ReturnType<typeof createOperator>;
const deploy = (...more: string[]) => operator.deploy(["--stage", "prod", "--yes", ...more]);
const stack = () => emulator.cloudFormation.stacks.at(-1);
const topicArn = () => String(stack()?.outputs.find(({ OutputKey }) => OutputKey === "AlarmTopicArn")?.OutputValue);

beforeAll(async () => {
  emulator = await startEmulator();
  operator = createOperator(emulator);
});
afterAll(async () => {
  operator?.close();
  await emulator?.close();
});

test("prod is deployed with its canary and its protection, and says how to subscribe to its alarms", {
  timeout,
}, async () => {
  const { status, stdout, stderr } = await deploy();
  expect(status, stderr).toBe(0);
  expect(stack()).toMatchObject({ name: "RefundStatus", status: "CREATE_COMPLETE", isProtected: true });
  expect(stack()?.resourcesOf("AWS::CodeDeploy::DeploymentGroup")).toHaveLength(
    stack()?.resourcesOf("AWS::Lambda::Function").length ?? 0,
  );
  expect(stdout).toContain(`aws sns subscribe --topic-arn ${topicArn()}`);
});

test("it is not deployed again while nobody is told of its alarms", { timeout }, async () => {
  const change = ["-c", "throttleRate=7"];
  const subscribed = async (arn: string) => {
    emulator.account.subscriptions.set(topicArn(), [arn]);
    return await deploy(...change);
  };
  const unconfirmed = await subscribed("PendingConfirmation");
  expect(unconfirmed.status).toBe(1);
  expect(unconfirmed.stderr).toContain(`aws sns subscribe --topic-arn ${topicArn()}`);
  expect(stack()?.status).toBe("CREATE_COMPLETE");
  const confirmed = await subscribed(`${topicArn()}:of-somebody`);
  expect(confirmed.status, confirmed.stderr).toBe(0);
  expect(stack()?.status).toBe("UPDATE_COMPLETE");
});

test("it is not taken down by one command", { timeout }, async () => {
  // With what the deployment has left, which spares another synthesis.
  const { status, stderr } = await operator.run("npx", "cdk", "destroy", "--app", ".build/deploy-prod", "--force");
  expect([status, stderr]).toEqual([1, expect.stringContaining("TerminationProtection is enabled")]);
  expect(stack()?.status).toBe("UPDATE_COMPLETE");
});
