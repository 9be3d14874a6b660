import * as z from "zod";
import { upstreamBaseUrl as upstreamBaseUrlSchema } from "../functions/service-env.ts";
import { defaultStage } from "../shared/names.ts";
import { defaultNotFoundLadder, defaultOpenLadder, parseLadder } from "../shared/refund/recheck-ladder.ts";

/** Read as the functions will read it at their start, and told in the same words where it is wrong. */
const ladder = z.string().check(({ value, issues }) => {
  try {
    parseLadder(value);
  } catch (error) {
    issues.push({ code: "custom", input: value, message: error instanceof Error ? error.message : String(error) });
  }
});
/** As the functions will read it at their start, so that what cannot be started is not deployed. */
const upstreamBaseUrl = z.string().refine((url) => upstreamBaseUrlSchema.safeParse(url).success, {
  error: "https://… (http:// only to this machine or a private network, for emulators)",
});
const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653] as const;
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Everything that one deployment may have otherwise than another. The defaults can be deployed as they are. */
export const settingsSchema = z.strictObject({
  /** Names the deployment: in its secrets, metrics and alarms, and in the stack's name unless it is `prod`. */
  stage: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, "up to 16 of a-z, 0-9 and -"),

  /** ChinaUMS's production platform; the test platform is https://test-api-open.chinaums.com. */
  upstreamBaseUrl: upstreamBaseUrl.default("https://api-mop.chinaums.com"),
  /** How our calls are authenticated to ChinaUMS: by a signature over each body, or by an access token, as some apps are set up. */
  upstreamAuth: z.enum(["body-sig", "access-token"]).default("body-sig"),
  /** Which of ChinaUMS's two token calls is made; they ask and answer the same. */
  tokenVersion: z.enum(["v1", "v2"]).default("v1"),
  /** How a token is written into the header; `unquoted` leaves the AppId out too, as some gateways want it. */
  tokenHeader: z.enum(["quoted", "unquoted"]).default("quoted"),
  /** Whether bodies are sent as `{"data": {…}}`, as the official SDKs do where their `needDataTag` is set. */
  needDataTag: z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]).default(false),

  /** Waits between checks a refund that exists: 35 checks in 8 days, because a bank card takes up to 3 working days. */
  openLadder: ladder.default(defaultOpenLadder),
  /** Waits between checks a refund that ChinaUMS does not know: sparse, as most of these are typing mistakes. */
  notFoundLadder: ladder.default(defaultNotFoundLadder),
  /** Partitions of the due index that new due times are spread over; DynamoDB takes 1000 writes a second on each. */
  shards: whole(1, 16).default(16),
  /** Schedules that the shards are split over, so how many sweeps run at once. */
  groups: whole(1, 16).default(4),
  /** Questions to ChinaUMS at once by one sweep; groups × recheckConcurrency is the most that rechecks put on it. */
  recheckConcurrency: whole(1, 1000).default(25),

  /**
   * Paid for by the time it waits: a request about a new refund waits for ChinaUMS and computes for a few ms. At 512 MB the first
   * answer after a cold start comes a tenth of a second sooner, for 0.70 USD more a million requests.
   */
  queryMemoryMb: whole(128, 3008).default(256),
  /** Two seconds less than API Gateway waits, so that the caller hears from us and not from the gateway. */
  queryTimeoutSeconds: whole(20, 29).default(28),
  /** Holds the open sockets and one page of due refunds with room; the work is waiting, not computing. */
  recheckMemoryMb: whole(128, 3008).default(512),
  /** Long enough that handing over to the next minute's sweep costs little of a backlog, short enough to notice a hang. */
  recheckTimeoutSeconds: whole(60, 900).default(300),

  /** Requests a second of all partners together, over time and in a burst; above, API Gateway answers 429. */
  throttleRate: whole(1, 10_000).default(50),
  throttleBurst: whole(1, 5_000).default(100),

  /** Days that logs are kept; they name refunds and partners, never keys, cards or customers. */
  logRetentionDays: z.coerce.number().pipe(z.literal(logRetentionDays)).default(90),
  /** Who is told of alarms; without it, subscribe somebody to the topic in the output AlarmTopicArn. */
  alarmEmail: z.email().optional(),

  /** `fixed-ip` calls ChinaUMS from addresses that it can put on its allow-list, for the price of a NAT gateway each. */
  egress: z.enum(["internet", "fixed-ip"]).default("internet"),
  /** With `fixed-ip`: addresses, each in an availability zone of its own. With one, the loss of its zone stops us. */
  fixedIps: whole(1, 2).default(1),

  /** A name of the partner's endpoint other than API Gateway's. */
  domain: z
    .strictObject({
      name: z.hostname(),
      /** Of AWS Certificate Manager, in the region of the deployment. */
      certificateArn: z.string().regex(/^arn:aws(-cn)?:acm:/, "an ARN of AWS Certificate Manager"),
      /** Partners must show a client certificate that one of this s3://bucket/key signed. */
      trustStore: z
        .string()
        .regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, "s3://bucket/key")
        .optional(),
    })
    .optional(),
});

export type Settings = z.infer<typeof settingsSchema>;

/** What each stage has otherwise than the defaults; a stage that is not here has the defaults. */
const stages: Record<string, Omit<z.input<typeof settingsSchema>, "stage">> = {
  prod: {},
  test: { upstreamBaseUrl: "https://test-api-open.chinaums.com", logRetentionDays: 14 },
};

/**
 * The settings of the stage that `-c stage=NAME` chose, each of which `-c name=value` replaces (an object as JSON).
 * @throws an Error with a line a wrong setting
 */
export function readSettings(context: (name: string) => unknown): Settings {
  const stage = String(context("stage") ?? defaultStage);
  const given = Object.keys(settingsSchema.shape)
    .map((name) => [name, context(name)] as const)
    .filter(([, value]) => value !== undefined && value !== "");
  const replaced = Object.fromEntries(
    given.map(([name, value]) => [name, name === "domain" ? readJson(value) : value]),
  );
  const read = settingsSchema.safeParse({ ...stages[stage], ...replaced, stage });
  if (read.success) return read.data;
  throw new Error(`settings of stage ${stage}:\n${z.prettifyError(read.error)}`);
}

function readJson(value: unknown): unknown {
  try {
    return typeof value === "string" ? JSON.parse(value) : value;
  } catch {
    return value;
  }
}
