import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  IdempotentParameterMismatchException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
  TransactionCanceledException,
  TransactionConflictException,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "./attribute-values.ts";

// The exceptions as the SDK makes them, so that callers can tell them by class and by name.

const $metadata = {};

/** The SDK has no class for it. */
export function invalid(message: string): DynamoDBServiceException {
  return new DynamoDBServiceException({ name: "ValidationException", $fault: "client", message, $metadata });
}

export function conditionFailed(item: Item | undefined): ConditionalCheckFailedException {
  const message = "The conditional request failed";
  return new ConditionalCheckFailedException({ message, $metadata, ...(item && { Item: item }) });
}

export function cancelled(reasons: CancellationReason[]): TransactionCanceledException {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new TransactionCanceledException({ message, $metadata, CancellationReasons: reasons });
}

export function tokenReused(): IdempotentParameterMismatchException {
  return new IdempotentParameterMismatchException({ message: "the token stands for another transaction", $metadata });
}

export function noTable(): ResourceNotFoundException {
  return new ResourceNotFoundException({ message: "Requested resource not found", $metadata });
}

export function throttled(): ProvisionedThroughputExceededException {
  return new ProvisionedThroughputExceededException({ message: "too many requests", $metadata });
}

export function inConflict(): TransactionConflictException {
  return new TransactionConflictException({ message: "a transaction is at the item", $metadata });
}

export function serverFailed(): InternalServerError {
  return new InternalServerError({ message: "Internal server error", $metadata });
}

/** What the SDK throws when a connection breaks or an answer does not come. */
export function noAnswer(): Error {
  return Object.assign(new Error("socket hang up"), { name: "TimeoutError", code: "ECONNRESET" });
}
