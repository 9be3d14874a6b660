import { CfnOutput, RemovalPolicy, Validations } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CfnApiMapping,
  type CfnIntegration,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import { type Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { FilterPattern, LogGroup } from "aws-cdk-lib/aws-logs";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { changesPath, watchPath } from "../../shared/names.ts";
import { metricNamespace } from "../../shared/telemetry/metric-names.ts";
import type { Settings } from "../settings.ts";
import type { ServiceFunction } from "./service-function.ts";

/** The longest that an HTTP API can wait. The function's own timeout is shorter. */
const integrationTimeoutMs = 30_000;

type PartnerApiProps = {
  readonly refundQuery: ServiceFunction;
  readonly refundFeed: ServiceFunction;
  readonly key: IKey | undefined;
  readonly settings: Pick<
    Settings,
    "stage" | "throttleRate" | "throttleBurst" | "logRetentionDays" | "keepLogs" | "domain"
  >;
};

/** The partners' endpoint: an HTTP API, throttled, and logged in JSON. */
export class PartnerApi extends Construct {
  readonly url: string;
  readonly api: HttpApi;
  /** Of the endpoint's own name, if it has one. */
  readonly certificateArn: string | undefined;
  /** Requests that the endpoint answered with 429. API Gateway counts them as client errors only, so the log is counted. */
  readonly throttled: Metric;

  constructor(scope: Construct, id: string, { refundQuery, refundFeed, key, settings }: PartnerApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, "Api", {
      apiName: `refund-status-${settings.stage}`,
      createDefaultStage: false,
      // Without this the same API would answer under its own name without a client certificate.
      disableExecuteApiEndpoint: settings.domain?.trustStore !== undefined,
    });
    // Whatever has no route of its own: an HTTP API compares paths to the letter, and old clients send ChinaUMS's with more
    // slashes. It also cannot answer by itself in ChinaUMS's form, so the function tells what is no path of ours.
    this.#route("Default", HttpRouteKey.DEFAULT, "RefundQuery", refundQuery);
    for (const [id, path] of Object.entries({ Watch: watchPath, Changes: changesPath })) {
      this.#route(id, HttpRouteKey.with(path, HttpMethod.POST), "RefundFeed", refundFeed);
    }

    this.certificateArn = settings.domain?.certificateArn;
    const accessLogs = new LogGroup(this, "AccessLogs", {
      retention: settings.logRetentionDays,
      removalPolicy: settings.keepLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    this.throttled = accessLogs
      .addMetricFilter("Throttled", {
        // The endpoint's own answers alone have an error; those of a partner over its share are the function's.
        filterPattern: FilterPattern.all(
          FilterPattern.stringValue("$.status", "=", "429"),
          FilterPattern.stringValue("$.error", "!=", "-"),
        ),
        metricNamespace: `${metricNamespace}/${settings.stage}`,
        metricName: "ThrottledRequests",
      })
      .metric({ statistic: Stats.SUM });
    const stage = new HttpStage(this, "Stage", {
      httpApi: this.api,
      autoDeploy: true,
      throttle: { rateLimit: settings.throttleRate, burstLimit: settings.throttleBurst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(accessLogFields(settings.domain?.trustStore !== undefined))),
      },
    });
    this.url = settings.domain ? this.#map(settings.domain, stage) : this.api.apiEndpoint;

    Validations.of(this).acknowledge({
      id: "AwsSolutions-APIG4",
      reason:
        "The function itself verifies OPEN-BODY-SIG over the raw body, which no authorizer of an HTTP API is given.",
    });
    Validations.of(stage).acknowledge({
      id: "Serverless-APIGWXrayEnabled",
      reason: "An HTTP API has no X-Ray tracing.",
    });
  }

  #route(id: string, routeKey: HttpRouteKey, handlerId: string, handler: ServiceFunction): void {
    const integration = new HttpLambdaIntegration(handlerId, handler.live);
    const route = new HttpRoute(this, id, { httpApi: this.api, routeKey, integration });
    const made = route.node.findChild(handlerId).node.defaultChild as CfnIntegration;
    made.timeoutInMillis = integrationTimeoutMs;
  }

  /** Makes the API answer under that name too, once its DNS record points to the target in the outputs. */
  #map({ name, certificateArn, trustStore }: NonNullable<Settings["domain"]>, stage: HttpStage): string {
    const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(trustStore ?? "") ?? [];
    const domain = new DomainName(this, "Domain", {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", certificateArn),
      ...(trustStore !== undefined && { mtls: { bucket: Bucket.fromBucketName(this, "TrustStore", bucket), key } }),
    });
    const mapping = new CfnApiMapping(this, "Mapping", {
      apiId: this.api.apiId,
      domainName: domain.name,
      stage: stage.stageName,
    });
    mapping.node.addDependency(stage);
    new CfnOutput(this, "Target", {
      value: domain.regionalDomainName,
      description: `What the DNS record of ${name} (CNAME or alias) points to.`,
    }).overrideLogicalId("DomainTarget");
    return `https://${name}`;
  }
}

/**
 * Requests that never reach the function are logged here alone. The function logs the others under the same `requestId`, so
 * nothing that it says is repeated here.
 */
const accessLogFields = (hasClientCertificates: boolean) => ({
  time: "$context.requestTime",
  requestId: "$context.requestId",
  route: "$context.routeKey",
  host: "$context.domainName",
  ip: "$context.identity.sourceIp",
  userAgent: "$context.identity.userAgent",
  ...(hasClientCertificates && { clientCertificate: "$context.identity.clientCert.subjectDN" }),
  status: "$context.status",
  bytes: "$context.responseLength",
  latencyMs: "$context.responseLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
});
