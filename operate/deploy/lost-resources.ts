import { isDeepStrictEqual } from "node:util";

type Resource = {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
};
/** As much of a template as tells what a deployment takes away. */
export type DeployedTemplate = {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value?: unknown }>>;
};

/** Types of resources that cannot be had again once they are gone, and the properties by which each is the one that it is. */
const irreplaceable: Readonly<Record<string, { readonly what: string; readonly identity: readonly string[] }>> = {
  "AWS::DynamoDB::Table": { what: "table", identity: ["TableName", "KeySchema"] },
  "AWS::SecretsManager::Secret": { what: "secret", identity: ["Name"] },
  "AWS::EC2::EIP": { what: "address", identity: ["Domain", "NetworkBorderGroup", "PublicIpv4Pool", "Address"] },
  "AWS::EC2::NatGateway": { what: "NAT gateway", identity: ["AllocationId", "SubnetId"] },
  "AWS::ApiGatewayV2::Api": { what: "endpoint", identity: ["ProtocolType"] },
  "AWS::ApiGatewayV2::DomainName": { what: "domain", identity: ["DomainName"] },
};

/** What a deployment takes from the stack. */
export type LostResource = {
  readonly logicalId: string;
  /** In a word for people, such as `table`. */
  readonly what: string;
  readonly how: "removed" | "replaced" | "no longer used";
  /** True if it stays in the account, outside the stack or unused. */
  readonly isKept: boolean;
};

/**
 * Tables, secrets, addresses and names that the stack has now, and that it does not have as the same ones after a deployment
 * of `next`. CloudFormation replaces a resource whose identity differs.
 */
export function lostResources(deployed: DeployedTemplate, next: DeployedTemplate): LostResource[] {
  const lost = Object.entries(deployed.Resources ?? {}).flatMap(([logicalId, before]): LostResource[] => {
    const { what, identity } = irreplaceable[before.Type] ?? {};
    if (what === undefined || identity === undefined) return [];
    const after = next.Resources?.[logicalId];
    if (after === undefined || after.Type !== before.Type) {
      return [{ logicalId, what, how: "removed", isKept: isRetained(before.DeletionPolicy) }];
    }
    const isSame = identity.every((name) => isDeepStrictEqual(before.Properties?.[name], after.Properties?.[name]));
    return isSame ? [] : [{ logicalId, what, how: "replaced", isKept: isRetained(before.UpdateReplacePolicy) }];
  });
  const table = deployed.Outputs?.TableName?.Value;
  const hasMoved = table !== undefined && !isDeepStrictEqual(table, next.Outputs?.TableName?.Value);
  if (!hasMoved) return lost;
  return [...lost, { logicalId: "TableName", what: "table", how: "no longer used", isKept: true }];
}

function isRetained(policy = "Delete"): boolean {
  return policy.startsWith("Retain");
}
