import { refundRecheckEnvSchema } from "./env.ts";

refundRecheckEnvSchema.parse(process.env);
export const handler = async () => undefined;
