import * as z from "zod";
import { HttpApi } from "../http-api.ts";
import { type Place, resourceKind, unchanged } from "../resource-kind.ts";

export const api = resourceKind(
  z.strictObject({
    Name: z.string(),
    ProtocolType: z.literal("HTTP"),
    DisableExecuteApiEndpoint: z.literal(false).optional(),
  }),
  async (_, { account: { lambda, httpApis, onApiAnswer } }) => {
    const made = await HttpApi.start(lambda, onApiAnswer);
    httpApis.set(made.id, made);
    return {
      ref: made.id,
      attributes: { ApiEndpoint: made.url },
      async remove() {
        httpApis.delete(made.id);
        await made.close();
      },
    };
  },
  unchanged,
);

export const integration = resourceKind(
  z.strictObject({
    ApiId: z.string(),
    IntegrationType: z.literal("AWS_PROXY"),
    IntegrationUri: z.string(),
    PayloadFormatVersion: z.literal("2.0"),
    // The front ends every request after this time.
    TimeoutInMillis: z.literal(30_000).default(30_000),
  }),
  ({ ApiId, IntegrationUri }, { account }) => {
    const { arn } = account.lambda.findInvocable(IntegrationUri);
    return { ref: find(account, ApiId).addIntegration({ functionArn: arn }) };
  },
  ({ ApiId, IntegrationUri }, { account }, made) => {
    const { arn } = account.lambda.findInvocable(IntegrationUri);
    find(account, ApiId).changeIntegration(made.ref, { functionArn: arn });
    return made;
  },
);

export const route = resourceKind(
  z.strictObject({
    ApiId: z.string(),
    RouteKey: z.string().regex(/^([A-Z]+ \/[\w/-]*|\$default)$/),
    Target: z.string(),
    AuthorizationType: z.literal("NONE").optional(),
  }),
  ({ ApiId, RouteKey, Target }, { account, newName }) => {
    const found = find(account, ApiId);
    found.addRoute(RouteKey, Target);
    return { ref: newName(), remove: () => found.removeRoute(RouteKey) };
  },
  ({ ApiId, RouteKey, Target }, { account }, made) => {
    find(account, ApiId).addRoute(RouteKey, Target);
    return made;
  },
);

/** Nothing is throttled here, and no access log is written. */
export const stage = resourceKind(
  z.strictObject({
    ApiId: z.string(),
    StageName: z.literal("$default"),
    AutoDeploy: z.literal(true),
    AccessLogSettings: z
      .strictObject({ DestinationArn: z.string(), Format: z.string().refine((format) => JSON.parse(format)) })
      .optional(),
    DefaultRouteSettings: z
      .strictObject({ ThrottlingBurstLimit: z.int().min(1), ThrottlingRateLimit: z.number().min(1) })
      .optional(),
  }),
  ({ ApiId, StageName }, { account }) => {
    const found = find(account, ApiId);
    found.isDeployed = true;
    return {
      ref: StageName,
      remove() {
        found.isDeployed = false;
      },
    };
  },
  unchanged,
);

function find({ httpApis }: Place["account"], id: string): HttpApi {
  const found = httpApis.get(id);
  if (found === undefined) throw new Error(`Invalid API identifier specified: ${id}`);
  return found;
}
