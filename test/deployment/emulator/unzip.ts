import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { crc32, inflateRawSync } from "node:zlib";

/** Marks in the ZIP format, and where fields are after them (APPNOTE 4.3). */
const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const stored = 0;
const deflated = 8;

/**
 * Writes the files of a ZIP archive into a folder.
 * @throws an Error where it is none, a file is not what its checksum says, or a name leads out of the folder
 */
export function unzip(archive: Buffer, folder: string): void {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== endOfDirectory) throw new Error("this is no ZIP archive");
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== directoryEntry) throw new Error("the ZIP archive is damaged");
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    if (!name.endsWith("/")) write(join(folder, name), folder, contentOf(archive, at, name));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}

function contentOf(archive: Buffer, entry: number, name: string): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const packed = archive.subarray(start, start + archive.readUInt32LE(entry + 20));
  if (method !== stored && method !== deflated) throw new Error(`${name} is packed in a way that is not known here`);
  const content = method === stored ? packed : inflateRawSync(packed);
  if (crc32(content) !== archive.readUInt32LE(entry + 16)) throw new Error(`${name} is not what its checksum says`);
  return content;
}

function write(file: string, folder: string, content: Buffer): void {
  if (relative(folder, file).startsWith("..")) throw new Error(`${file} is outside of the archive`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}
