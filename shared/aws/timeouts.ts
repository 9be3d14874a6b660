/**
 * How long AWS may take, in ms. Its services answer in milliseconds; what takes seconds is lost, and better tried again than
 * waited for until the function's own time is up.
 */
export const awsTimeouts = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
