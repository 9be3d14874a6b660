import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values.ts";
import { projected } from "./document-paths.ts";
import { type Bindings, pathOf } from "./evaluate.ts";
import { invalid } from "./exceptions.ts";
import { type Expression, parseProjection } from "./expression-parser.ts";
import { keyOf, type Write } from "./write.ts";

type Naming = {
  readonly TableName?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly Record<string, { readonly TableName: string }>[];
};
export type Effect = { readonly before: Item | undefined; readonly after: Item | undefined };

/** The tables that a request of any operation names. */
export function tablesOf({ TableName, RequestItems, TransactItems }: Naming): (string | undefined)[] {
  if (RequestItems !== undefined) return Object.keys(RequestItems);
  if (TransactItems === undefined) return [TableName];
  return TransactItems.flatMap((parts) => Object.values(parts)).map((part) => part.TableName);
}

/** @throws what is no outcome of one part, but a mistake of this model */
export function reasonOf(error: unknown): CancellationReason {
  if (!(error instanceof DynamoDBServiceException)) throw error;
  if (!(error instanceof ConditionalCheckFailedException)) return { Code: "ValidationError", Message: error.message };
  return { Code: "ConditionalCheckFailed", Message: error.message, ...(error.Item && { Item: error.Item }) };
}

/** A copy of the item; its values are frozen, and so they need no copy of their own. */
export function handedOut(item: Item | undefined): Item | undefined {
  return item && { ...item };
}

export function returned({ before, after }: Effect, { paths }: Write, wanted = "NONE"): Item | undefined {
  if (wanted === "ALL_OLD") return handedOut(before);
  if (wanted === "ALL_NEW") return handedOut(after);
  const updated = wanted === "UPDATED_OLD" ? before : wanted === "UPDATED_NEW" ? after : undefined;
  const part = updated && projected(updated, paths);
  return part && Object.keys(part).length > 0 ? part : undefined;
}

export function wholeOnly(returnValues: string | undefined): string | undefined {
  if (returnValues === undefined || ["NONE", "ALL_OLD"].includes(returnValues)) return returnValues;
  throw invalid("ReturnValues can only be ALL_OLD or NONE");
}

export function projectionOf({ ProjectionExpression: text }: { ProjectionExpression?: string | undefined }) {
  return text === undefined ? undefined : parseProjection(text);
}

export function shaped(item: Item, projection: Expression | undefined, bindings: Bindings): Item {
  if (projection === undefined) return { ...item };
  return projected(
    item,
    projection.root.args.map((path) => pathOf(path, bindings)),
  );
}

export function checkCount(parts: readonly object[], most: number): void {
  if (parts.length < 1 || parts.length > most) throw invalid(`a request has 1 to ${most} parts, not ${parts.length}`);
}

export function checkDistinct(keys: readonly Item[]): void {
  const distinct = new Set(keys.map((key) => JSON.stringify(keyOf(key))));
  if (distinct.size < keys.length) throw invalid("a request names an item more than once");
}
