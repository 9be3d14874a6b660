import { randomUUID } from "node:crypto";
import { readSecret } from "../../shared/aws/read-secret.ts";
import { createSecretsClient } from "../../shared/aws/secrets-client.ts";
import { signBody } from "../../shared/chinaums/auth/open-body-sig.ts";
import { refundQueryPath } from "../../shared/names.ts";
import { createLog } from "../../shared/telemetry/log.ts";
import { createAskAsPartner } from "./ask-as-partner.ts";
import { probeEnvSchema } from "./env.ts";
import { createProbeHandler } from "./handler.ts";
import { postQuestion } from "./post-question.ts";

const env = probeEnvSchema.parse(process.env);
const now = Date.now;
const secrets = createSecretsClient(2);
const certificateId = env.CLIENT_CERTIFICATE_SECRET_ID;

export const handler = createProbeHandler({
  ask: createAskAsPartner({
    url: env.PROBE_URL.replace(/\/+$/, "") + refundQueryPath,
    question: env.PROBE_QUESTION,
    readPartner: () => readSecret(secrets, env.PARTNER_SECRET_ID),
    readCertificate: certificateId === "" ? undefined : () => readSecret(secrets, certificateId),
    sign: (pair, body) => signBody(pair, body, now(), randomUUID().replaceAll("-", "")),
    now,
    post: postQuestion,
  }),
  log: createLog({ stage: env.STAGE, write: (line) => process.stdout.write(`${line}\n`), now }),
  now,
});
