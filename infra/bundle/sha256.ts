import { createHmac, type Hmac, hash } from "node:crypto";

type Data = string | ArrayBuffer | NodeJS.ArrayBufferView;

/**
 * In place of @smithy/core/checksum, which carries SHA-256 in JavaScript for a Node that was built without OpenSSL. What is
 * hashed here comes in one piece, for which Node's one-shot hash is several times as fast as a hash object.
 */
export class Sha256 {
  readonly digestLength = 32;
  readonly #secret: Data | undefined;
  #hmac: Hmac | undefined;
  #pieces: Data[] = [];

  constructor(secret?: Data) {
    this.#secret = secret;
  }

  update(data: Data): void {
    if (this.#secret === undefined) this.#pieces.push(data);
    else this.#keyed(this.#secret).update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    if (this.#secret !== undefined) return this.#keyed(this.#secret).digest();
    const [only, ...more] = this.#pieces.map(bytesOf);
    if (more.length === 0) return hash("sha256", only ?? "", "buffer");
    return hash("sha256", Buffer.concat([only ?? "", ...more].map(bufferOf)), "buffer");
  }

  reset(): void {
    this.#hmac = undefined;
    this.#pieces = [];
  }

  #keyed(secret: Data): Hmac {
    this.#hmac ??= createHmac("sha256", bytesOf(secret));
    return this.#hmac;
  }
}

function bytesOf(data: Data): string | NodeJS.ArrayBufferView {
  return typeof data === "string" || ArrayBuffer.isView(data) ? data : new Uint8Array(data);
}

function bufferOf(data: string | NodeJS.ArrayBufferView): Uint8Array {
  return typeof data === "string" ? Buffer.from(data) : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
