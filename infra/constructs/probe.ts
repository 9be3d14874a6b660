import { ArnFormat, Aws, Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { ServiceFunction, type ServiceFunctionProps } from "./service-function.ts";

export type ProbeProps = {
  readonly probe: NonNullable<Settings["probe"]>;
  readonly stage: string;
  readonly logs: Pick<ServiceFunctionProps<"probe">, "logRetentionDays" | "keepLogs" | "logKey">;
  /** The base URL that partners use. */
  readonly url: string;
  readonly partnerSecretPrefix: string;
  readonly deadLetters: DeadLetters;
};

/** Asks the service over its public name every 5 minutes, as a partner of its own, from outside of any VPC. */
export class Probe extends Construct {
  constructor(scope: Construct, id: string, { probe, stage, logs, url, partnerSecretPrefix, deadLetters }: ProbeProps) {
    super(scope, id);
    const { appId, clientCertificate, ...question } = probe;
    const partnerSecretName = partnerSecretPrefix + appId;
    const lambda = new ServiceFunction(this, "Function", {
      name: "probe",
      description: "Asks the service about a final refund, as a partner does.",
      environment: {
        STAGE: stage,
        PROBE_URL: url,
        PROBE_QUESTION: JSON.stringify(question),
        PARTNER_SECRET_ID: partnerSecretName,
        CLIENT_CERTIFICATE_SECRET_ID: clientCertificate ?? "",
      },
      memoryMb: 128,
      timeoutSeconds: 40,
      reserved: undefined,
      ...logs,
      egress: { placement: () => ({}) },
    });
    const secretArns = [partnerSecretName, clientCertificate]
      .flatMap((name) => name ?? [])
      .map((name) => this.#arn(name));
    lambda.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: secretArns }),
    );
    this.#schedule(lambda.live.functionArn, deadLetters);
  }

  #schedule(functionArn: string, deadLetters: DeadLetters): void {
    const role = new Role(this, "ScheduleRole", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPolicy(new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] }));
    deadLetters.grantSend(role);
    const schedule = new CfnSchedule(this, "Schedule", {
      description: "Asks the service about a final refund.",
      scheduleExpression: "rate(5 minutes)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: "{}",
        retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: 60 },
        deadLetterConfig: { arn: deadLetters.queue.queueArn },
      },
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
