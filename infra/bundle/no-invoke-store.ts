/** In place of @aws/lambda-invoke-store: an instance has one invocation at a time, whose trace id is in the environment. */
export const InvokeStore = { getInstanceAsync: async () => undefined };
