import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { RequestListener } from "node:http";
import { type Agent, createServer } from "node:https";
import { connect as connectTcp, type LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { listen } from "../../sandbox/loopback.ts";
import { noLoopback } from "../../shared/webhook/loopback-origins.ts";
import { createPostWebhook } from "../../shared/webhook/post-webhook.ts";

const name = "hooks.example.com";
const folder = mkdtempSync(join(tmpdir(), "pinned-connection-"));
const file = (each: string) => join(folder, each);
let port: number;
let ca: Buffer;
let answer: RequestListener = (_, response) => response.end();
const server = { close: () => {} };

beforeAll(async () => {
  const selfSigned = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const subject = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`];
  execFileSync("openssl", [...selfSigned, ...subject, "-keyout", file("key"), "-out", file("cert")], { stdio: "pipe" });
  ca = readFileSync(file("cert"));
  const tls = createServer({ key: readFileSync(file("key")), cert: ca }, (request, response) =>
    answer(request, response),
  );
  port = Number(new URL(await listen(tls, 0)).port);
  server.close = () => tls.close();
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

type Opening = ConnectionOptions & { readonly host: string; readonly lookup: LookupFunction };

/** Notes what addresses a connection would be opened to, and opens it to the server of this test in their place. */
function poster(resolve: () => Promise<string[]>, ca: Buffer | undefined, asked: string[]) {
  const createConnection: Agent["createConnection"] = (options) => {
    const { host, lookup, port: _port, ...rest } = options as Opening;
    lookup(host, { all: true }, (_error, found) => {
      for (const each of [found].flat()) asked.push(typeof each === "string" ? each : each.address);
    });
    return connectTls({ ...rest, socket: connectTcp(port, "127.0.0.1") });
  };
  const connect = { createConnection, ...(ca && { ca }) };
  const post = createPostWebhook({ resolve, isLoopbackAllowed: noLoopback, now: Date.now, connect });
  return (host = name) => post(`https://${host}/hook`, {}, "{}", Date.now() + 10_000);
}

test("the connection leads to the addresses that were checked, though the name leads elsewhere by now", async () => {
  const answers = [["93.184.216.34", "2606:4700::1111"], ["127.0.0.1"]];
  let resolved = 0;
  const asked: string[] = [];
  const post = poster(async () => answers[resolved++] ?? ["127.0.0.1"], ca, asked);
  const seen: unknown[] = [];
  answer = (request, response) => {
    seen.push([(request.socket as TLSSocket).servername, request.headers.host]);
    response.end();
  };
  expect(await post()).toEqual({ kind: "delivered", status: 200 });
  expect(asked).toEqual(["93.184.216.34", "2606:4700::1111"]);
  expect(resolved).toBe(1);
  expect(seen).toEqual([[name, name]]);
  // The next try resolves the name anew, and finds what it has become.
  expect(await post()).toEqual({ kind: "failed", because: "forbidden_address" });
  expect(asked).toHaveLength(2);
});

test("a kept connection is used again only where the name still leads to the same addresses", async () => {
  answer = (_, response) => response.end();
  const [one, other] = ["93.184.216.34", "93.184.216.35"];
  const answers = [[one, other], [other, one], [other], [other]];
  const asked: string[] = [];
  const post = poster(async () => answers.shift() ?? [], ca, asked);
  for (let i = 0; i < 4; i++) expect(await post()).toEqual({ kind: "delivered", status: 200 });
  // One connection for either order of both addresses, and one for the single address.
  expect(asked).toEqual([one, other, other]);
});

test("a certificate that is not trusted, or is another name's, is a failure, even where the process was told not to care", async () => {
  let reached = 0;
  answer = (_, response) => {
    reached++;
    response.end();
  };
  const publicAddress = async () => ["93.184.216.34"];
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  try {
    expect(await poster(publicAddress, undefined, [])()).toEqual({ kind: "failed", because: "tls" });
    expect(await poster(publicAddress, ca, [])("other.example.com")).toEqual({ kind: "failed", because: "tls" });
  } finally {
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  }
  expect(reached).toBe(0);
});
