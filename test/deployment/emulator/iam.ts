import * as z from "zod";
import { localAccount } from "../../../tools/local-aws.ts";
import { covers, type Right } from "../../support/policies.ts";
import { AwsFault } from "./aws-fault.ts";
import type { Credentials, IssuedCredentials, Principal } from "./credentials.ts";

/** Which services may take on a role, perhaps for one account only. */
export const trustSchema = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Effect: z.literal("Allow"),
      Action: z.literal("sts:AssumeRole"),
      Principal: z.strictObject({ Service: z.union([z.string().transform((one) => [one]), z.array(z.string())]) }),
      Condition: z.strictObject({ StringEquals: z.strictObject({ "aws:SourceAccount": z.string() }) }).optional(),
    }),
  ),
});

export type Role = {
  readonly name: string;
  readonly arn: string;
  readonly trust: z.infer<typeof trustSchema>;
  /** What its policies allow, by the name of the policy. */
  readonly policies: Map<string, readonly Right[]>;
};

type Session = { readonly principal: Principal; readonly credentials: Required<Credentials> };

/** The roles of an account, who may work in them, and what they may do. */
export class Iam {
  readonly #roles = new Map<string, Role>();
  readonly #issued: IssuedCredentials;
  /** Every refusal, in the words of its error. */
  readonly refusals: string[] = [];

  constructor(issued: IssuedCredentials) {
    this.#issued = issued;
  }

  add(role: Role): void {
    this.#roles.set(role.name, role);
  }

  remove(role: Role): void {
    this.#roles.delete(role.name);
  }

  /** @throws an Error where there is no role of that name or ARN */
  find(nameOrArn: string): Role {
    const found = this.#roles.get(nameOrArn.replace(/^.*\//, ""));
    if (found === undefined) throw new Error(`The role ${nameOrArn} cannot be found.`);
    return found;
  }

  /** Whether a service, working for this account, may take on the role. */
  isTrusted(service: string, roleArn: string): boolean {
    return this.find(roleArn).trust.Statement.some(
      ({ Principal, Condition }) =>
        Principal.Service.includes(service) &&
        (Condition?.StringEquals["aws:SourceAccount"] ?? localAccount) === localAccount,
    );
  }

  /** Lets a service work in a role. @throws {AwsFault} where the role does not trust it */
  assume(service: string, roleArn: string, session: string): Session {
    const { name } = this.find(roleArn);
    if (!this.isTrusted(service, roleArn)) this.#refuse(`${service} is not authorized to assume ${roleArn}`);
    const principal = { arn: `arn:aws:sts::${localAccount}:assumed-role/${name}/${session}`, roleName: name };
    return { principal, credentials: this.#issued.issueSession(principal) };
  }

  /** @throws {AwsFault} unless the principal has every one of the rights */
  authorize({ arn, roleName }: Principal, needed: readonly Right[]): void {
    if (roleName === "administrator") return;
    const allowed = [...this.find(roleName).policies.values()].flat();
    for (const need of needed) {
      if (allowed.some((right) => covers(right, need))) continue;
      this.#refuse(
        `User: ${arn} is not authorized to perform: ${need.action} on resource: ${need.resource} because no identity-based policy allows the ${need.action} action`,
      );
    }
  }

  /** Whether the principal has all of the rights; a refusal is kept as one. */
  mayDo(principal: Principal, needed: readonly Right[]): boolean {
    try {
      this.authorize(principal, needed);
      return true;
    } catch {
      return false;
    }
  }

  #refuse(sentence: string): never {
    this.refusals.push(sentence);
    throw new AwsFault("AccessDeniedException", sentence);
  }
}
