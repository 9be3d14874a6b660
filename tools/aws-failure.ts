/** As much of an error of the AWS SDK as tells what went wrong. */
type SdkError = Error & {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly cause?: unknown;
};

const noCredentials = ["CredentialsProviderError", "ProviderError", "TokenProviderError"];
const badCredentials = [
  "ExpiredToken",
  "ExpiredTokenException",
  "IncompleteSignature",
  "InvalidClientTokenId",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "UnrecognizedClientException",
];
const noRight = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
const notReached = ["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "ETIMEDOUT"];
const tooSlow = ["TimeoutError", "RequestTimeout"];
const tooMany = [
  "ThrottlingException",
  "Throttling",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "LimitExceededException",
];

/** What has failed at AWS and what to do next, in one sentence each; undefined if the error is none of AWS. */
export function awsFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message, code, $metadata, cause } = error as SdkError;
  if (noCredentials.includes(name)) {
    return `There are no AWS credentials to use (${firstLine(message)}). Log in with the AWS CLI, or name a profile with --profile.`;
  }
  if (message === "Region is missing") return "No region is named. Give --region, or set AWS_REGION.";
  if (notReached.includes(code ?? name) || tooSlow.includes(name)) {
    return `The service cannot be reached (${code ?? name}). See whether the network, the proxy and --region are right, or whether the local run still runs.`;
  }
  // Ours says no more than that the table or the secrets failed.
  if (name === "UnavailableError") return awsFailure(cause);
  if ($metadata === undefined) return undefined;
  if (badCredentials.includes(name)) {
    return `AWS does not accept these credentials (${name}). Log in again, or name another profile with --profile.`;
  }
  if (noRight.includes(name)) return `These credentials may not do this (${name}): ${firstLine(message)}`;
  if (name === "ResourceNotFoundException") {
    return `AWS has no such table, secret, function or log group (${firstLine(message)}). See whether --stage, --table, --region and --profile are right.`;
  }
  if (name === "ValidationError" && /does not exist/.test(message)) {
    return `${firstLine(message)}. See whether --stage, --region and --profile are right, or deploy it first.`;
  }
  if (tooMany.includes(name)) return `AWS takes no more requests for the moment (${name}). Try again in a minute.`;
  return `AWS failed (${name}): ${firstLine(message)}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]?.replace(/\.$/, "") ?? "";
}
