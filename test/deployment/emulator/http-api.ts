import { randomBytes } from "node:crypto";
import { gatewayAnswer, type Routes, startApiGateway } from "../../../sandbox/api-gateway.ts";
import type { Invoke } from "../../../sandbox/function-instances.ts";
import { localAccount, localRegion } from "../../../tools/local-aws.ts";
import type { Functions } from "./functions.ts";

export type Integration = { readonly functionArn: string };

/** Gets each event that the API gave to a function, and what the function answered. */
export type OnApiAnswer = (event: unknown, answer: unknown) => void;

/** An HTTP API behind a listener of its own, with its routes, integrations and stage as they are made one by one. */
export class HttpApi {
  readonly id = randomBytes(5).toString("hex");
  readonly #routes: Record<string, Invoke> = {};
  readonly #integrations = new Map<string, Integration>();
  readonly #lambda: Functions;
  readonly #onAnswer: OnApiAnswer;
  /** Until a stage is deployed, every request gets 404. */
  isDeployed = false;
  url = "";
  #close = async () => {};

  private constructor(lambda: Functions, onAnswer: OnApiAnswer) {
    this.#lambda = lambda;
    this.#onAnswer = onAnswer;
  }

  static async start(lambda: Functions, onAnswer: OnApiAnswer): Promise<HttpApi> {
    const api = new HttpApi(lambda, onAnswer);
    const listener = await startApiGateway({ port: 0, routes: api.#routes satisfies Routes });
    api.url = listener.url;
    api.#close = listener.close;
    return api;
  }

  addIntegration(integration: Integration): string {
    const id = randomBytes(4).toString("hex");
    this.#integrations.set(id, integration);
    return id;
  }

  changeIntegration(id: string, integration: Integration): void {
    this.#integrations.set(id, integration);
  }

  /** A route such as `POST /path`, or `$default`, to `integrations/ID`. @throws an Error where there is no such integration */
  addRoute(routeKey: string, target: string): void {
    const integration = () => {
      const found = this.#integrations.get(target.replace(/^integrations\//, ""));
      if (found === undefined) throw new Error(`there is no ${target}`);
      return found;
    };
    integration();
    this.#routes[routeKey] = (event) => this.#answer(routeKey, integration(), event);
  }

  removeRoute(routeKey: string): void {
    delete this.#routes[routeKey];
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #answer(routeKey: string, { functionArn }: Integration, event: unknown): Promise<unknown> {
    if (!this.isDeployed) return gatewayAnswer(404, "Not Found");
    const target = this.#lambda.findInvocable(functionArn);
    const source = `arn:aws:execute-api:${localRegion}:${localAccount}:${this.id}/$default/${routeKey.replace(" ", "")}`;
    if (!target.mayBeInvokedBy("apigateway.amazonaws.com", source)) return gatewayAnswer(500, "Internal Server Error");
    const answer = await target.invoke(event);
    this.#onAnswer(event, answer);
    return answer;
  }
}
