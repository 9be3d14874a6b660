import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** In PEM. */
export type ClientCertificate = { readonly cert: string; readonly key: string };

export type Question = {
  readonly url: string;
  readonly body: string;
  readonly authorization: string;
  readonly certificate: ClientCertificate | undefined;
  readonly timeoutMs: number;
};

/** Far above an answer of ours. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts a question as a partner does: on a connection of its own, so that name, certificate and trust store are tried each
 * time. @throws an Error, with the `code` of Node.js where there is one
 */
export function postQuestion(question: Question): Promise<{ readonly status: number; readonly body: string }> {
  const { url, body, authorization, certificate, timeoutMs } = question;
  const request = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: "POST",
      agent: false,
      ...certificate,
      signal: AbortSignal.timeout(timeoutMs),
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body), authorization },
    });
    call.on("error", reject);
    call.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
        if (text.length > maxAnswerBytes) call.destroy(new Error("the answer is too long"));
      });
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
    });
    call.end(body);
  });
}
