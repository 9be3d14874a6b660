import { AwsFault } from "./aws-fault.ts";
import type { AwsAnswer, AwsRequest, Service } from "./protocols.ts";
import { toXml } from "./xml.ts";

/** Objects by key, in buckets by name. */
export type Buckets = ReadonlyMap<string, Map<string, Buffer>>;

/** S3 with the bucket in the path, as far as `cdk` asks for it. */
export function createS3(buckets: Buckets): Service {
  return {
    async answer(request) {
      const [bucketName = "", ...rest] = request.url.pathname.slice(1).split("/").map(decodeURIComponent);
      const bucket = buckets.get(bucketName);
      if (bucket === undefined) throw new AwsFault("NoSuchBucket", "The specified bucket does not exist", 404);
      const key = rest.join("/");
      return key === "" ? askedOfBucket(request, bucketName, bucket) : askedOfObject(request, bucket, key);
    },
    fail: ({ code, message, status }) => xml({ Error: { Code: code, Message: message } }, status),
  };
}

function askedOfBucket({ method, url }: AwsRequest, Name: string, bucket: ReadonlyMap<string, Buffer>): AwsAnswer {
  const { searchParams } = url;
  if (method === "GET" && searchParams.has("location")) return xml({ LocationConstraint: "" });
  if (method === "GET" && searchParams.has("encryption")) {
    const Rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } };
    return xml({ ServerSideEncryptionConfiguration: { Rule } });
  }
  if (method === "GET" && searchParams.has("list-type")) {
    const found = [...bucket].find(([key]) => key.startsWith(searchParams.get("prefix") ?? ""));
    const Contents = found && { Key: found[0], Size: found[1].length };
    return xml({ ListBucketResult: { Name, KeyCount: found ? 1 : 0, IsTruncated: false, Contents } });
  }
  throw new AwsFault("NotImplemented", `${method} ${url.search} of a bucket is not emulated`, 501);
}

function askedOfObject({ method, headers, body }: AwsRequest, bucket: Map<string, Buffer>, key: string): AwsAnswer {
  if (method === "PUT") {
    bucket.set(key, headers["content-encoding"] === "aws-chunked" ? unchunked(body) : body);
    return { status: 200, headers: { ETag: '"of-no-use-here"' }, body: "" };
  }
  throw new AwsFault("NotImplemented", `${method} of an object is not emulated`, 501);
}

/** What is in chunks of `size in hex;extensions`, each with its data, up to an empty one and its trailers. */
function unchunked(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = Number.parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function xml(value: object, status = 200): AwsAnswer {
  return { status, headers: { "Content-Type": "application/xml" }, body: toXml(value) };
}
