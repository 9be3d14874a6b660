import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { AwsFault } from "./aws-fault.ts";
import type { IssuedCredentials, Principal } from "./credentials.ts";

export type SignedAwsRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/((\d{8})\/([^/]+)\/([^/]+)\/aws4_request), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest("hex");
const hmac = (key: string | Buffer, data: string) => createHmac("sha256", key).update(data).digest();

/**
 * Who signed the request (AWS Signature Version 4), and for which service.
 * @throws {AwsFault} if the credentials were not issued here, or if the request was changed after signing
 */
export function verifySignature(
  request: SignedAwsRequest,
  issued: IssuedCredentials,
): { principal: Principal; service: string } {
  const [, accessKeyId = "", scope = "", date = "", region = "", service = "", signedHeaders = "", signature = ""] =
    form.exec(request.headers.authorization ?? "") ?? [];
  const holder = issued.find(accessKeyId);
  const token = request.headers["x-amz-security-token"];
  if (holder === undefined || token !== holder.credentials.sessionToken) {
    throw new AwsFault("UnrecognizedClientException", "The security token included in the request is invalid.", 403);
  }

  const toSign = [
    "AWS4-HMAC-SHA256",
    request.headers["x-amz-date"],
    scope,
    sha256(canonical(request, signedHeaders.split(";"))),
  ].join("\n");
  const key = [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${holder.credentials.secretAccessKey}`, date));
  if (!timingSafeEqual(hmac(key, toSign), Buffer.from(signature, "hex"))) {
    throw new AwsFault(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided.",
      403,
    );
  }
  return { principal: holder.principal, service };
}

function canonical({ method, url, headers, body }: SignedAwsRequest, signedHeaders: readonly string[]): string {
  const encoded = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const query = [...url.searchParams].map(([name, value]) => `${encoded(name)}=${encoded(value)}`).sort();
  const lines = signedHeaders.map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}\n`);
  return [method, url.pathname, query.join("&"), lines.join(""), signedHeaders.join(";"), bodyHash(headers, body)].join(
    "\n",
  );
}

/** What was signed of the body: its hash, unless the client said that it leaves the body out. */
function bodyHash(headers: IncomingHttpHeaders, body: Buffer): string {
  const said = headers["x-amz-content-sha256"];
  return typeof said === "string" && /^(STREAMING-)?UNSIGNED-PAYLOAD/.test(said) ? said : sha256(body);
}
