import * as z from "zod";
import { upstreamBaseUrl as upstreamBaseUrlSchema } from "../functions/service-env.ts";
import { maxShards } from "../shared/names.ts";
import { defaultNotFoundLadder, defaultOpenLadder } from "../shared/refund/recheck-ladder.ts";
import { ladder, ladders, waits } from "./ladder-settings.ts";

/** Read by the functions' own schema, so that a function that could not start is not deployed. */
const upstreamBaseUrl = z.string().refine((url) => upstreamBaseUrlSchema.safeParse(url).success, {
  error: "https://… (http:// only to this machine or a private network, for emulators)",
});
const logRetentionDays = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653] as const;
const flag = z.union([z.boolean(), z.stringbool({ truthy: ["true"], falsy: ["false"] })]);
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);

/** Every setting in which stages may differ. The defaults can be deployed as they are. `settings/<stage>.json` replaces them. */
export const settingsSchema = z
  .strictObject({
    /** The name of the deployment in its secrets, metrics and alarms, and in the stack's name unless it is `prod`. */
    stage: z.string().regex(/^[a-z][a-z0-9-]{0,15}$/, "up to 16 of a-z, 0-9 and -"),

    /** ChinaUMS's production platform; the test platform is https://test-api-open.chinaums.com. */
    upstreamBaseUrl: upstreamBaseUrl.default("https://api-mop.chinaums.com"),
    /** How ChinaUMS authenticates our calls: by a signature over each body, or by an access token, which some apps need. */
    upstreamAuth: z.enum(["body-sig", "access-token"]).default("body-sig"),
    /** Which of ChinaUMS's two token calls is used. Their requests and answers are the same. */
    tokenVersion: z.enum(["v1", "v2"]).default("v1"),
    /** How a token is written into the header. `unquoted` also leaves out the AppId, because some gateways want that. */
    tokenHeader: z.enum(["quoted", "unquoted"]).default("quoted"),
    /** True sends bodies as `{"data": {…}}`, like the official SDKs with their `needDataTag`. */
    needDataTag: flag.default(false),

    /** Waits between checks of a refund that exists: 35 steps in 8.1 days, because WeChat may take a week. */
    openLadder: ladder.default(defaultOpenLadder),
    /** Waits between checks of a refund that ChinaUMS does not know. They are few, because most of these are typing mistakes. */
    notFoundLadder: ladder.default(defaultNotFoundLadder),
    /** Ladders in place of `openLadder` for single products, by `instMid`. `npm run ladder -- fit` proposes them. */
    ladders: ladders.default({}),
    /** How long nine in ten refunds of a product take, by `instMid`, such as "3h". Partners are told; `ladder fit` measures it. */
    expected: waits.default({}),
    /** Partitions of the due index that new due times are spread over. DynamoDB takes 1000 writes a second on each. */
    shards: whole(1, maxShards).default(maxShards),
    /** Groups that the shards are split into. Each has its own schedule, and one sweep at a time. */
    groups: whole(1, maxShards).default(4),
    /** Questions that one sweep has in flight. `groups × recheckConcurrency` is the most that all rechecks have in flight. */
    recheckConcurrency: whole(1, 1000).default(25),

    /**
     * Memory is paid for while a request waits for ChinaUMS, and a request computes for a few ms only. At 512 MB the first answer
     * after a cold start comes 0.1 s sooner, and a million requests cost 0.70 USD more.
     */
    queryMemoryMb: whole(128, 3008).default(256),
    /** Two seconds less than API Gateway waits, so that the caller gets our answer and not the gateway's. */
    queryTimeoutSeconds: whole(20, 29).default(28),
    /** Enough for the open sockets and the due refunds that are read ahead. A sweep mostly waits. */
    recheckMemoryMb: whole(128, 3008).default(512),
    /** Long enough for a backlog, because each new sweep starts slowly, and short enough that a hang is noticed. */
    recheckTimeoutSeconds: whole(60, 900).default(300),

    /** Webhooks that one invocation of the telling function has under way. Half of them may go to one endpoint. */
    tellConcurrency: whole(1, 1000).default(100),
    /** Enough for the webhooks under way and the events that are read ahead. */
    tellMemoryMb: whole(128, 3008).default(256),
    feedMemoryMb: whole(128, 3008).default(256),

    /**
     * Executions at once that are kept for one function and that it cannot exceed, so that a hanging ChinaUMS does not let
     * requests take the place of rechecks. Without it a function takes what the account has left.
     */
    queryReserved: whole(1, 100_000).optional(),
    recheckReserved: whole(1, 100_000).optional(),
    tellReserved: whole(1, 100_000).optional(),
    feedReserved: whole(1, 100_000).optional(),

    /** Requests a second of all partners together, in the long run and in a burst. Above that API Gateway answers 429. */
    throttleRate: whole(1, 10_000).default(50),
    throttleBurst: whole(1, 5_000).default(100),

    /**
     * Requests of one partner in a second in the long run, and at once after a rest. Above that the partner alone gets 429. A
     * partner can have a share of its own: `npm run partner -- share`.
     */
    partnerRate: whole(1, 1_000).default(20),
    partnerBurst: whole(1, 10_000).default(100),

    /** Who manages the key that encrypts table, secrets, logs, topic and queues: AWS, or the account by a key of its own. */
    keys: z.enum(["aws", "customer-managed"]).default("aws"),

    /** True keeps the logs when the stack is taken down, until their days are over. */
    keepLogs: flag.default(false),
    /** Days that logs are kept. They name refunds and partners, and never keys, cards or customers. */
    logRetentionDays: z.coerce.number().pipe(z.literal(logRetentionDays)).default(90),
    /** The address that alarms are sent to. Without it, subscribe somebody to the topic in the output AlarmTopicArn. */
    alarmEmail: z.email().optional(),

    /** How functions move to a new version: all at once, or by a tenth of the invocations for 5 minutes that alarms can end. */
    rollout: z.enum(["at-once", "canary"]).default("at-once"),

    /** `fixed-ip` calls ChinaUMS from addresses that it can allow-list. Each costs as much as a NAT gateway. */
    egress: z.enum(["internet", "fixed-ip"]).default("internet"),
    /** The number of addresses of `fixed-ip`, each in its own availability zone. With one, a failure of its zone stops us. */
    fixedIps: whole(1, 2).default(1),
    /** Elastic IPs that the account has already, to be used in place of new ones: those that an earlier stack has left. */
    addressAllocations: z
      .array(z.string().regex(/^eipalloc-[0-9a-f]{8,17}$/, "an allocation id, eipalloc-…"))
      .optional(),

    /** A table of the account that the functions use in place of the stack's own, such as one restored from a backup. */
    tableName: z
      .string()
      .regex(/^[\w.-]{3,255}$/, "the name of a table")
      .optional(),
    /** The stream of that table, with new images. Without it partners are told by the schedule alone, two minutes later. */
    tableStreamArn: z
      .string()
      .regex(/^arn:aws(-cn)?:dynamodb:.+\/stream\/.+$/, "an ARN of a stream of DynamoDB")
      .optional(),

    /** A backup of the table each night, beside the point-in-time recovery of 35 days that it has always. */
    backup: z
      .strictObject({
        keptDays: whole(1, 3650).default(35),
        /** Vaults that each backup is copied to, such as one in another region or account. */
        copyTo: z
          .array(z.string().regex(/^arn:aws(-cn)?:backup:[\w-]+:\d{12}:backup-vault:/, "an ARN of a vault"))
          .optional(),
      })
      .optional(),

    /** A name for the partners' endpoint other than API Gateway's. */
    domain: z
      .strictObject({
        name: z.hostname(),
        /** A certificate of AWS Certificate Manager in the region of the deployment. */
        certificateArn: z.string().regex(/^arn:aws(-cn)?:acm:/, "an ARN of AWS Certificate Manager"),
        /** The CA certificates, as s3://bucket/key. Partners must then show a client certificate signed by one of them. */
        trustStore: z
          .string()
          .regex(/^s3:\/\/[a-z0-9.-]{3,63}\/.+$/, "s3://bucket/key")
          .optional(),
      })
      .optional(),

    /** A refund that the service asks itself about every 5 minutes, over its public name, as a partner of its own. */
    probe: z
      .strictObject({
        /** That of a partner made for this: `npm run partner -- add --id probe --mid MID`. */
        appId: z.string().regex(/^[\w+=.@-]{1,128}$/, "an AppId"),
        /** A refund of that merchant that is final, so that ChinaUMS is not asked. */
        mid: z.string().regex(/^[0-9A-Za-z]{15}$/, "15 letters or digits"),
        tid: z.string().regex(/^[0-9A-Za-z]{8}$/, "8 letters or digits"),
        instMid: z.string().default("APPDEFAULT"),
        merOrderId: z.string().min(6).max(32),
        /** With a trust store: the name of a secret with a client certificate, {"cert": "…", "key": "…"} in PEM. */
        clientCertificate: z
          .string()
          .regex(/^[\w/+=.@-]{1,512}$/, "the name of a secret")
          .optional(),
      })
      .optional(),
  })
  .refine(({ probe, domain }) => !probe || !domain?.trustStore || probe.clientCertificate !== undefined, {
    path: ["probe", "clientCertificate"],
    error: "required where the domain has a trust store",
  })
  .refine(({ tableName, tableStreamArn }) => tableStreamArn === undefined || tableName !== undefined, {
    path: ["tableStreamArn"],
    error: "only with tableName",
  })
  .refine(({ addressAllocations, fixedIps }) => (addressAllocations?.length ?? fixedIps) === fixedIps, {
    path: ["addressAllocations"],
    error: "as many as fixedIps says",
  })
  .refine(({ addressAllocations, egress }) => addressAllocations === undefined || egress === "fixed-ip", {
    path: ["addressAllocations"],
    error: 'only with "egress": "fixed-ip"',
  });

export type Settings = z.infer<typeof settingsSchema>;
