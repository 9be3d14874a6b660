import { Agent, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import { type LocalServer, startLocalServer } from "./local-server.ts";

export type DatabaseFrontDeps = {
  /** Where the engine listens, which answers everybody. */
  readonly engineUrl: string;
};

/** The address of the database for people and programs of this machine. The engine itself cannot refuse web pages. */
export async function startDatabaseFront({ engineUrl }: DatabaseFrontDeps): Promise<LocalServer> {
  const agent = new Agent({ keepAlive: true });
  const front = await startLocalServer({
    port: 0,
    answer: (request, response) => passOn({ request, response, engineUrl, agent }),
  });
  return {
    url: front.url,
    async close() {
      await front.close();
      agent.destroy();
    },
  };
}

type Passage = { request: IncomingMessage; response: ServerResponse; engineUrl: string; agent: Agent };

function passOn({ request, response, engineUrl, agent }: Passage): void {
  const { method = "POST", url = "/", headers } = request;
  const onward = send(engineUrl + url, { method, headers, agent }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}
