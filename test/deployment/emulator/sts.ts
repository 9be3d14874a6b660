import { localAccount } from "../../../tools/local-aws.ts";
import { AwsFault } from "./aws-fault.ts";
import type { IssuedCredentials } from "./credentials.ts";
import { queryService, type Service } from "./protocols.ts";

/** Roles that `cdk bootstrap` makes in an account, which its command line works in. */
const bootstrapRole =
  /^arn:aws:iam::(\d{12}):role\/(cdk-[a-z0-9]+-(?:deploy|file-publishing|lookup|cfn-exec)-role-.+)$/;

/** Security Token Service, in an account that is bootstrapped. */
export function createSts(issued: IssuedCredentials): Service {
  return queryService({
    GetCallerIdentity: (_: unknown, { arn }) => ({ Arn: arn, UserId: "EMULATED", Account: localAccount }),

    AssumeRole({ RoleArn, RoleSessionName }: { RoleArn: string; RoleSessionName: string }) {
      const [, account, role] = bootstrapRole.exec(RoleArn) ?? [];
      if (role === undefined || account !== localAccount) {
        throw new AwsFault("AccessDenied", `You are not authorized to perform: sts:AssumeRole on ${RoleArn}`, 403);
      }
      const arn = `arn:aws:sts::${account}:assumed-role/${role}/${RoleSessionName}`;
      const { accessKeyId, secretAccessKey, sessionToken } = issued.issueSession({ arn, roleName: "administrator" });
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          Expiration: new Date(Date.now() + 3_600_000),
        },
        AssumedRoleUser: { AssumedRoleId: `EMULATED:${RoleSessionName}`, Arn: arn },
      };
    },
  });
}
