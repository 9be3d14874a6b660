import { CfnOutput, RemovalPolicy, Validations } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import { PolicyStatement, type Role } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { FunctionOptions } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Settings } from "../settings.ts";

type EgressSettings = Pick<
  Settings,
  "egress" | "fixedIps" | "addressAllocations" | "logRetentionDays" | "keepLogs" | "upstreamBaseUrl"
>;

/** How the functions reach ChinaUMS: from Lambda's own network, or from fixed addresses that it can allow-list. */
export class Egress extends Construct {
  readonly #network: { vpc: ec2.IVpc; securityGroups: ec2.SecurityGroup[]; addresses: string[] } | undefined;

  /** Those that calls to ChinaUMS leave through; none without fixed addresses. */
  readonly natGatewayIds: readonly string[] = [];

  constructor(scope: Construct, id: string, { settings, key }: { settings: EgressSettings; key: IKey | undefined }) {
    super(scope, id);
    if (settings.egress === "internet") return;

    const { allocations, addresses } = this.#addresses(settings);
    const natGatewayProvider = ec2.NatProvider.gateway({ eipAllocationIds: allocations });
    const vpc = new ec2.Vpc(this, "Vpc", {
      maxAzs: 2,
      natGateways: settings.fixedIps,
      natGatewayProvider,
      subnetConfiguration: [
        // The gateways have addresses of their own, and nothing else is in there.
        { name: "Public", subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        { name: "Private", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // DynamoDB is reached without the NAT gateway, which charges for every GB.
      gatewayEndpoints: { DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB } },
      // CDK would empty the default group by a function of its own with rights on it; nothing here uses that group.
      restrictDefaultSecurityGroup: false,
    }) as ec2.IVpc;
    this.natGatewayIds = natGatewayProvider.configuredGateways.map(({ gatewayId }) => gatewayId);
    vpc.addFlowLog("Refused", {
      destination: ec2.FlowLogDestination.toCloudWatchLogs(
        new LogGroup(this, "RefusedLogs", {
          retention: settings.logRetentionDays,
          removalPolicy: settings.keepLogs ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
          ...(key !== undefined && { encryptionKey: key }),
        }),
      ),
      trafficType: ec2.FlowLogTrafficType.REJECT,
    });
    const securityGroup = new ec2.SecurityGroup(this, "HttpsOut", {
      vpc,
      description: "HTTPS out, nothing in",
      allowAllOutbound: false,
    });
    securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.HTTPS, "ChinaUMS, DynamoDB and Secrets Manager");
    const port = portOf(settings.upstreamBaseUrl);
    if (port !== 443) securityGroup.addEgressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(port), "ChinaUMS");
    this.#network = { vpc, securityGroups: [securityGroup], addresses };
  }

  /** Allocations that the account has already, or new ones that outlive the stack; and the addresses as far as known here. */
  #addresses({ addressAllocations, fixedIps }: EgressSettings): { allocations: string[]; addresses: string[] } {
    if (addressAllocations !== undefined) return { allocations: addressAllocations, addresses: addressAllocations };
    const made = Array.from({ length: fixedIps }, (_, i) => {
      const address = new ec2.CfnEIP(this, `Address${i + 1}`, { domain: "vpc" });
      // ChinaUMS needs days to allow-list an address, so deleting the stack by mistake must not lose it.
      address.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      return address;
    });
    return {
      allocations: made.map(({ attrAllocationId }) => attrAllocationId),
      addresses: made.map(({ attrPublicIp }) => attrPublicIp),
    };
  }

  /** Where to place a function with this role. The role gets the rights by which Lambda connects it there. */
  placement(role: Role): Pick<FunctionOptions, "vpc" | "securityGroups" | "vpcSubnets"> {
    if (this.#network === undefined) return {};
    const { vpc, securityGroups } = this.#network;
    role.addToPolicy(
      new PolicyStatement({
        // Lambda asks for these on any resource: the interfaces do not exist when the function is created.
        actions: [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:DescribeNetworkInterfaces",
          "ec2:DescribeSubnets",
          "ec2:UnassignPrivateIpAddresses",
        ],
        resources: ["*"],
      }),
    );
    Validations.of(role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "Lambda needs exactly these rights, on any resource, to connect a function to a VPC.",
    });
    return { vpc, securityGroups, vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS } };
  }

  /** Outputs the addresses that ChinaUMS has to allow, if there are any. */
  outputAddresses(): void {
    const addresses = this.#network?.addresses ?? [];
    if (addresses.length === 0) return;
    new CfnOutput(this, "Addresses", {
      value: addresses.join(", "),
      description: "The addresses, or their allocations, that ChinaUMS has to have on its allow-list.",
    }).overrideLogicalId("EgressAddresses");
  }
}

/** The port at which ChinaUMS is called. */
function portOf(baseUrl: string): number {
  const { port, protocol } = new URL(baseUrl);
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
