import { randomBytes } from "node:crypto";

/** Who signs a request. The operator and the bootstrap roles may do anything; a stack's role what its policies allow. */
export type Principal = { readonly arn: string; readonly roleName: string | "administrator" };
export type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

const randomHex = (bytes: number) => randomBytes(bytes).toString("hex");

/** All credentials that were ever issued, and to whom. */
export class IssuedCredentials {
  readonly #issued = new Map<string, { credentials: Credentials; principal: Principal }>();

  /** Credentials for good, as of a user. */
  issue(principal: Principal): Credentials {
    return this.#keep({ accessKeyId: `AKIA${randomHex(8).toUpperCase()}`, secretAccessKey: randomHex(20) }, principal);
  }

  /** Credentials of a session in a role. They are valid only together with their token. */
  issueSession(principal: Principal): Required<Credentials> {
    const credentials = {
      accessKeyId: `ASIA${randomHex(8).toUpperCase()}`,
      secretAccessKey: randomHex(20),
      sessionToken: randomHex(40),
    };
    return this.#keep(credentials, principal);
  }

  find(accessKeyId: string): { credentials: Credentials; principal: Principal } | undefined {
    return this.#issued.get(accessKeyId);
  }

  #keep<Kept extends Credentials>(credentials: Kept, principal: Principal): Kept {
    this.#issued.set(credentials.accessKeyId, { credentials, principal });
    return credentials;
  }
}
