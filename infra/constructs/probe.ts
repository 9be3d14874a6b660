import { ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { addSchedule, schedulerRole } from "./schedules.ts";
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
    });
    const secretArns = [partnerSecretName, clientCertificate]
      .flatMap((name) => name ?? [])
      .map((name) => this.#arn(name));
    lambda.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: secretArns }),
    );
    const invoked = { target: lambda, deadLetters };
    addSchedule(this, "Schedule", {
      ...invoked,
      role: schedulerRole(this, "ScheduleRole", invoked),
      description: "Asks the service about a final refund.",
      rate: "rate(5 minutes)",
      input: {},
      retries: 1,
    });
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
