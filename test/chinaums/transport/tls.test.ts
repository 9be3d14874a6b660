import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listen } from "../../../sandbox/loopback.ts";
import { createPost } from "../../../shared/chinaums/transport/post.ts";

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "../../fixtures", name));

test("an upstream whose certificate is not trusted is unreachable, even where the process has been told not to care", async () => {
  let asked = 0;
  const server = createServer(
    { key: fixture("localhost-key.pem"), cert: fixture("localhost-cert.pem") },
    (_, response) => {
      asked++;
      response.end("{}");
    },
  );
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    const baseUrl = (await listen(server, 0)).replace("http:", "https:");
    const post = createPost({ baseUrl, maxSockets: 5, now: Date.now });
    expect(await post("/", {}, "{}", Date.now() + 5_000)).toEqual({ kind: "unreachable" });
    expect(asked).toBe(0);
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    server.close();
  }
});
