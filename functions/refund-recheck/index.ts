import { refundRecheckEnvSchema } from "./env.ts";

const env = refundRecheckEnvSchema.parse(process.env);
export const handler = async () => ({ shards: env.SHARDS });
