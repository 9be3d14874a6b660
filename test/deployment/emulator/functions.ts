import { FunctionAlias } from "./function-alias.ts";
import type { LambdaFunction } from "./lambda.ts";

/** The functions of an account, with their versions and aliases. */
export class Functions {
  /** By name, as they are now; Lambda calls it `$LATEST`. */
  readonly #newest = new Map<string, LambdaFunction>();
  readonly #versions = new Map<string, LambdaFunction[]>();
  readonly #aliases = new Map<string, FunctionAlias>();

  add(made: LambdaFunction): void {
    const { name } = made.definition;
    if (this.#newest.has(name)) throw new Error(`Function already exist: ${name}`);
    this.#newest.set(name, made);
  }

  /** Puts a changed function in the place of the one that has its name. Versions stay as they were published. */
  replace(made: LambdaFunction): void {
    const { name } = made.definition;
    const before = this.find(name);
    for (const permission of before.permissions) made.permissions.add(permission);
    made.eventConfig = before.eventConfig;
    this.#newest.set(name, made);
  }

  /** Publishes the function as it is now, and returns the number. A function that has not changed keeps its version. */
  publish(name: string): string {
    const versions = this.versionsOf(name);
    const newest = this.find(name);
    if (versions.at(-1) !== newest) this.#versions.set(name, [...versions, newest]);
    return String(this.versionsOf(name).length);
  }

  /** From the first one on, whose number is 1. */
  versionsOf(name: string): readonly LambdaFunction[] {
    return this.#versions.get(name) ?? [];
  }

  addAlias(functionName: string, alias: string, version: string): FunctionAlias {
    const versionOf = (number: string) => {
      const found = this.versionsOf(functionName)[Number(number) - 1];
      if (found === undefined) throw new Error(`Function not found: ${functionName}:${number}`);
      return found;
    };
    const made = new FunctionAlias(`${this.find(functionName).arn}:${alias}`, version, versionOf);
    this.#aliases.set(`${functionName}:${alias}`, made);
    return made;
  }

  removeAlias({ arn }: FunctionAlias): void {
    this.#aliases.delete(nameIn(arn));
  }

  async remove(name: string): Promise<void> {
    const all = new Set([...this.versionsOf(name), this.find(name)]);
    this.#newest.delete(name);
    this.#versions.delete(name);
    await Promise.all([...all].map((made) => made.close()));
  }

  /** @throws an Error where there is no function of that name or ARN */
  find(nameOrArn: string): LambdaFunction {
    const found = this.#newest.get(nameIn(nameOrArn));
    if (found === undefined) throw new Error(`Function not found: ${nameOrArn}`);
    return found;
  }

  /** A function or an alias of one. @throws an Error where there is neither */
  findInvocable(nameOrArn: string): LambdaFunction | FunctionAlias {
    return this.#aliases.get(nameIn(nameOrArn)) ?? this.find(nameOrArn);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#newest.keys()].map((name) => this.remove(name)));
  }
}

function nameIn(nameOrArn: string): string {
  return nameOrArn.replace(/^arn:.*:function:/, "");
}
