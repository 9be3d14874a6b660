import * as z from "zod/mini";
import { upstreamBaseUrl } from "../service-env.ts";

/** The environment of the probe. */
export const probeEnvSchema = z.object({
  /** The name of the deployment in metrics. */
  STAGE: z.string().check(z.minLength(1)),
  /** The base URL that partners use. */
  PROBE_URL: upstreamBaseUrl,
  /** The members of a request about a refund that is final, as JSON. */
  PROBE_QUESTION: z.string().check(z.minLength(2)),
  /** The secret of the partner that the probe asks as. */
  PARTNER_SECRET_ID: z.string().check(z.minLength(1)),
  /** The secret with a client certificate, `{"cert", "key"}` in PEM; empty if the endpoint wants none. */
  CLIENT_CERTIFICATE_SECRET_ID: z.string(),
});
