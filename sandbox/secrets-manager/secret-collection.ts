import { SecretsManagerFault } from "./secrets-manager-fault.ts";
import { isNamed, type StoredSecret } from "./stored-secret.ts";

/** All secrets, oldest first. A secret disappears at the time that its deletion is due. */
export class SecretCollection {
  #secrets: StoredSecret[];
  readonly now: () => number;

  constructor(secrets: StoredSecret[], now: () => number) {
    this.#secrets = secrets;
    this.now = now;
  }

  all(): readonly StoredSecret[] {
    this.#secrets = this.#secrets.filter(({ deletion }) => deletion === undefined || deletion.dueAtMs > this.now());
    return this.#secrets;
  }

  add(secret: StoredSecret): void {
    this.#secrets.push(secret);
  }

  remove(secret: StoredSecret): void {
    this.#secrets = this.#secrets.filter((other) => other !== secret);
  }

  /** The secret of that name or ARN, also when it is marked for deletion. Throws ResourceNotFoundException. */
  find(secretId: string): StoredSecret {
    const found = this.all().find((secret) => isNamed(secret, secretId));
    if (found !== undefined) return found;
    throw new SecretsManagerFault("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
  }

  /** As `find`. Throws InvalidRequestException when the secret is marked for deletion. */
  findUsable(secretId: string): StoredSecret {
    const found = this.find(secretId);
    if (found.deletion === undefined) return found;
    throw new SecretsManagerFault(
      "InvalidRequestException",
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }
}
