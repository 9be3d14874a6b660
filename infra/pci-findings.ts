import { Validations } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Settings } from "./settings.ts";

type Finding = {
  readonly rule: string;
  /** Why it may stay. docs/security.md has the same table for an auditor. */
  readonly reason: string;
  /** Whether the stack has it with these settings. */
  readonly isThere: (settings: Pick<Settings, "keys" | "egress">) => boolean;
};

const always = () => true;
const withKeysOfAws: Finding["isThere"] = ({ keys }) => keys === "aws";
const inVpc: Finding["isThere"] = ({ egress }) => egress === "fixed-ip";

/** What cdk-nag's pack of PCI DSS 3.2.1 finds in the stack, and why it may stay. Any other finding fails the synthesis. */
export const pciFindings: readonly Finding[] = [
  {
    rule: "IAMNoInlinePolicy",
    reason: "Each role has one policy of its own, written for it alone, so a managed one would be shared by nobody.",
    isThere: always,
  },
  {
    rule: "LambdaInsideVPC",
    reason:
      "The functions call public names alone, and nothing listens. fixed-ip puts all but the probe into a VPC, because the probe comes in as partners do.",
    isThere: always,
  },
  {
    rule: "CloudWatchLogGroupEncrypted",
    reason:
      "Logs hold no keys, cards or customers and are encrypted by CloudWatch; the setting keys gives them a key of yours.",
    isThere: withKeysOfAws,
  },
  {
    rule: "SNSEncryptedKMS",
    reason: "Alarms say what is wrong and name nobody; the setting keys gives the topic a key of yours.",
    isThere: withKeysOfAws,
  },
  {
    rule: "SecretsManagerUsingKMSKey",
    reason:
      "The secret is encrypted by the account's key of Secrets Manager; the setting keys gives it a key of yours.",
    isThere: withKeysOfAws,
  },
  {
    rule: "VPCDefaultSecurityGroupClosed",
    reason: "Nothing uses the default group, and CDK would need a function with rights on it to close it.",
    isThere: inVpc,
  },
  {
    rule: "VPCNoUnrestrictedRouteToIGW",
    reason: "The public subnets hold the NAT gateways alone, whose way out it is.",
    isThere: inVpc,
  },
];

/** Acknowledges what the pack finds with these settings. */
export function acknowledgePciFindings(scope: Construct, settings: Pick<Settings, "keys" | "egress">): void {
  const there = pciFindings.filter(({ isThere }) => isThere(settings));
  Validations.of(scope).acknowledge(...there.map(({ rule, reason }) => ({ id: `PCI.DSS.321-${rule}`, reason })));
}
