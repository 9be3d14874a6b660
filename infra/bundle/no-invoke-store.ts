/**
 * In place of @aws/lambda-invoke-store, which hands trace headers to calls of AWS where one instance takes several invocations
 * at once; here it takes one, nothing is traced, and the SDK asks the environment as well.
 */
export const InvokeStore = { getInstanceAsync: async () => undefined };
