/** What a `.npy` file begins with, sound or not: magic, version and length before any text at all. */
export function npyHead(
  text: string | Uint8Array,
  { major = 1, minor = 0 }: { readonly major?: number; readonly minor?: number } = {},
): Buffer {
  const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
  const prefix = Buffer.alloc(major === 1 ? 10 : 12);
  prefix.write("\x93NUMPY", "latin1");
  prefix.set([major, minor], 6);
  if (major === 1) prefix.writeUInt16LE(bytes.length, 8);
  else prefix.writeUInt32LE(bytes.length, 8);
  return Buffer.concat([prefix, bytes]);
}
