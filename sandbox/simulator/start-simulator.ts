import type { IncomingMessage, ServerResponse } from "node:http";
import { startLocalServer } from "../local-server.ts";
import { AnswerBook } from "./answer-book.ts";
import type { Credentials, Platform } from "./platform.ts";
import { ReceivedCalls } from "./received-calls.ts";
import { receiveRequest } from "./received-request.ts";
import { jsonReply, type Reply } from "./reply.ts";
import { answerRequest } from "./routes.ts";
import { TokenBook } from "./token-book.ts";

export type Simulator = {
  url: string;
  /** Replaces the accepted AppId and keys, as `PUT /_control/credentials` does. */
  setCredentials(credentials: Credentials): void;
  /** Stops listening and cuts every connection at once, those that wait for an answer too. */
  close(): Promise<void>;
};

/**
 * Starts a simulator of the ChinaUMS open platform on 127.0.0.1, at the given port or a free one; `now` is in epoch
 * milliseconds. It shares no code with the service, so that a mistake in one of them shows.
 * @throws an Error with one plain sentence if the port is taken
 */
export async function startSimulator(options: {
  port?: number;
  credentials: Credentials;
  now?: () => number;
}): Promise<Simulator> {
  const platform: Platform = {
    credentials: options.credentials,
    answers: new AnswerBook(),
    tokens: new TokenBook(),
    calls: new ReceivedCalls(),
    now: options.now ?? Date.now,
  };
  const server = await startLocalServer({
    port: options.port ?? 0,
    answer: (request, response) => void serve(request, response, platform),
  });
  return {
    url: server.url,
    setCredentials(credentials) {
      platform.credentials = credentials;
    },
    close: server.close,
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, platform: Platform): Promise<void> {
  const received = await receiveRequest(request).catch(() => "gone" as const);
  if (received === "gone") return;
  const reply = received === null ? bodyTooLarge : answerRequest(received, platform);
  if (reply.delayMs === 0) return send(response, reply);
  const timer = setTimeout(send, reply.delayMs, response, reply);
  response.on("close", () => clearTimeout(timer));
}

const bodyTooLarge = jsonReply(413, { errCode: "9001", errInfo: "参数校验失败: 报文过大" });

function send(response: ServerResponse, reply: Reply): void {
  if (reply.reset) {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reply.httpStatus, {
    "content-type": reply.contentType,
    "content-length": Buffer.byteLength(reply.text),
  });
  response.end(reply.text);
}
