import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listen } from "../../../sandbox/loopback.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures", name), "utf8");
const cert = fixture("localhost-cert.pem");

/** The server names of the connections, and the hosts of the requests. */
let [names, hosts]: [(string | false | null)[], (string | undefined)[]] = [[], []];
const server = createServer({ key: fixture("localhost-key.pem"), cert }, (request, response) => {
  hosts.push(request.headers.host);
  response.end("{}");
});
server.on("secureConnection", ({ servername }) => names.push(servername));

let url: string;
beforeEach(async () => {
  [names, hosts] = [[], []];
  url = (await listen(server, 0)).replace("http:", "https:");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const postTo = (baseUrl: string) => createPost({ baseUrl, maxSockets: 5, now: Date.now });
const ask = (post: ReturnType<typeof postTo>) => post("/", {}, "{}", Date.now() + 5_000);
const answer = { kind: "answer", answer: { status: 200, body: "{}" } };

test("an upstream whose certificate is not trusted is unreachable, even where the process has been told not to care", async () => {
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    expect(await ask(postTo(url))).toEqual({ kind: "unreachable" });
    expect(hosts).toEqual([]);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
});

describe("an upstream whose certificate is trusted", () => {
  const usual = getCACertificates("default");
  beforeEach(() => setDefaultCACertificates([...usual, cert]));
  afterEach(() => setDefaultCACertificates(usual));

  test("answers over one connection that is kept", async () => {
    const post = postTo(url);
    expect(await ask(post)).toEqual(answer);
    expect(await ask(post)).toEqual(answer);
    expect(names).toHaveLength(1);
    expect(hosts).toEqual([new URL(url).host, new URL(url).host]);
  });

  test("answers over the connection that was opened ahead, which names the host unless that is an address", async () => {
    for (const one of [url, url.replace("127.0.0.1", "localhost")]) {
      const post = postTo(one);
      await post.connect();
      expect(await ask(post)).toEqual(answer);
    }
    expect(names).toEqual([false, "localhost"]);
  });
});
