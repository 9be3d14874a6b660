import { ArnFormat, Aws, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import { ServiceFunction } from "./service-function.ts";

export type ProbeProps = {
  readonly probe: NonNullable<Settings["probe"]>;
  readonly settings: Pick<Settings, "stage" | "logRetentionDays" | "keepLogs">;
  /** The base URL that partners use. */
  readonly url: string;
  readonly partnerSecretPrefix: string;
};

/** Asks the service over its public name every 5 minutes, as a partner of its own, from outside of any VPC. */
export class Probe extends Construct {
  constructor(scope: Construct, id: string, { probe, settings, url, partnerSecretPrefix }: ProbeProps) {
    super(scope, id);
    const { appId, clientCertificate, ...question } = probe;
    const partnerSecretName = partnerSecretPrefix + appId;
    const lambda = new ServiceFunction(this, "Function", {
      name: "probe",
      description: "Asks the service about a final refund, as a partner does.",
      environment: {
        STAGE: settings.stage,
        PROBE_URL: url,
        PROBE_QUESTION: JSON.stringify(question),
        PARTNER_SECRET_ID: partnerSecretName,
        CLIENT_CERTIFICATE_SECRET_ID: clientCertificate ?? "",
      },
      memoryMb: 128,
      timeoutSeconds: 40,
      reserved: undefined,
      logRetentionDays: settings.logRetentionDays,
      keepLogs: settings.keepLogs,
      egress: { placement: () => ({}) },
    });
    const secretArns = [partnerSecretName, clientCertificate]
      .flatMap((name) => name ?? [])
      .map((name) => this.#arn(name));
    lambda.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: secretArns }),
    );
    this.#schedule(lambda.live.functionArn);
  }

  #schedule(functionArn: string): void {
    const role = new Role(this, "ScheduleRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
    const schedule = new CfnSchedule(this, "Schedule", {
      description: "Asks the service about a final refund.",
      scheduleExpression: "rate(5 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      // A probe that is missing is what the alarm is about.
      target: { arn: functionArn, roleArn: role.roleArn, input: "{}", retryPolicy: { maximumRetryAttempts: 0 } },
    });
    schedule.node.addDependency(role.node.findChild("DefaultPolicy"));
  }

  /** Secrets Manager adds a hyphen and six characters to a name. */
  #arn(secretName: string): string {
    return Stack.of(this).formatArn({
      service: "secretsmanager",
      resource: "secret",
      resourceName: `${secretName}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }
}
