import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** The stage that the local run stands for. */
export const localStage = "local";

/** The local services check no credentials, but the SDK insists on having some. */
export const localCredentials = { accessKeyId: "local", secretAccessKey: "local" };
export const localRegion = "us-east-1";
export const localAccount = "000000000000";

/**
 * For clients that read many partitions at once, as every list does. Requests that wait for a socket are meant to, and the SDK's
 * warning of them would stand among what a person reads.
 */
export const patientHandler = { socketAcquisitionWarningTimeout: 60_000 };

/** A client of the local database. */
export function localDynamoDb(endpoint: string): DynamoDBClient {
  return new DynamoDBClient({
    endpoint,
    region: localRegion,
    credentials: localCredentials,
    requestHandler: patientHandler,
  });
}

/** A client of the streams of the local database. */
export function localDynamoDbStreams(endpoint: string): DynamoDBStreamsClient {
  return new DynamoDBStreamsClient({ endpoint, region: localRegion, credentials: localCredentials });
}

/** A client of the local Secrets Manager. */
export function localSecretsManager(endpoint: string): SecretsManagerClient {
  return new SecretsManagerClient({ endpoint, region: localRegion, credentials: localCredentials });
}
