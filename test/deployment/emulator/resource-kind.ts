import { randomBytes } from "node:crypto";
import type * as z from "zod";
import type { Account } from "./account.ts";

/** What `Ref` and `Fn::GetAtt` give for a resource, and how it is removed. */
export type Made = {
  readonly ref: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly remove?: () => void | Promise<void>;
};

export type Place = {
  readonly account: Account;
  /** A name for a resource without one, made of the stack's name, the logical id and random characters. */
  readonly newName: (maxLength?: number) => string;
};

/** A type of resource: all the properties that it may have, and how it is made. */
export type ResourceKind = {
  readonly properties: z.ZodType;
  create(properties: never, place: Place): Made | Promise<Made>;
  /** Changes what was made in its place. A kind without it is made anew, and the old one is removed. */
  update?(properties: never, place: Place, made: Made): Made | Promise<Made>;
};

/** Ties the properties that are read to those that are made use of. */
export function resourceKind<Schema extends z.ZodType>(
  properties: Schema,
  create: (properties: z.infer<Schema>, place: Place) => Made | Promise<Made>,
  update?: (properties: z.infer<Schema>, place: Place, made: Made) => Made | Promise<Made>,
): ResourceKind {
  return update === undefined ? { properties, create } : { properties, create, update };
}

/** The update of a kind whose other properties do nothing here. */
export const unchanged = (_: unknown, __: Place, made: Made): Made => made;

export function newName(stackName: string, logicalId: string, maxLength = 255): string {
  const chance = randomBytes(6).toString("hex").toUpperCase();
  return `${`${stackName}-${logicalId}`.slice(0, maxLength - chance.length - 1)}-${chance}`;
}
