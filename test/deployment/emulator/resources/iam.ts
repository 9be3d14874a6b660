import * as z from "zod";
import { localAccount } from "../../../../tools/local-aws.ts";
import { policySchema, rightsIn } from "../../../support/policies.ts";
import { type Role, trustSchema } from "../iam.ts";
import { resourceKind, unchanged } from "../resource-kind.ts";

const maxNameLength = 64;

export const role = resourceKind(
  z.strictObject({ AssumeRolePolicyDocument: trustSchema }),
  ({ AssumeRolePolicyDocument: trust }, { account: { iam }, newName }) => {
    const name = newName(maxNameLength);
    const made: Role = { name, arn: `arn:aws:iam::${localAccount}:role/${name}`, trust, policies: new Map() };
    iam.add(made);
    return { ref: name, attributes: { Arn: made.arn }, remove: () => iam.remove(made) };
  },
  unchanged,
);

export const policy = resourceKind(
  z.strictObject({ PolicyName: z.string(), PolicyDocument: policySchema, Roles: z.array(z.string()).min(1) }),
  ({ PolicyName, PolicyDocument, Roles }, { account: { iam } }) => {
    const roles = Roles.map((name) => iam.find(name));
    const rights = rightsIn(PolicyDocument);
    for (const { policies } of roles) policies.set(PolicyName, rights);
    return {
      ref: PolicyName,
      remove() {
        for (const { policies } of roles) policies.delete(PolicyName);
      },
    };
  },
  ({ PolicyName, PolicyDocument, Roles }, { account: { iam } }, made) => {
    for (const name of Roles) iam.find(name).policies.set(PolicyName, rightsIn(PolicyDocument));
    return made;
  },
);
