import { expect, test } from "vitest";
import { parseDatatype } from "../../../../src/migrate/files/hdf5/datatype.ts";
import { type Hdf5File, readObjectHeader } from "../../../../src/migrate/files/hdf5/object-header.ts";

const HEADER_BYTES = 16;
const MESSAGE_BYTES = 24;
const CONTINUATION = 0x10;

/** A header of version 1 and nothing else, whose `messages` all lead to the block that they are in. */
function headerInCircles(messages: number): { readonly hdf5: Hdf5File; readonly reads: () => number } {
  const bytes = Buffer.alloc(HEADER_BYTES + messages * MESSAGE_BYTES);
  bytes[0] = 1;
  bytes.writeUInt32LE(messages * MESSAGE_BYTES, 8);
  for (let at = HEADER_BYTES; at < bytes.length; at += MESSAGE_BYTES) {
    bytes.writeUInt16LE(CONTINUATION, at);
    bytes.writeUInt16LE(MESSAGE_BYTES - 8, at + 2);
    bytes.writeBigUInt64LE(BigInt(HEADER_BYTES), at + 8);
    bytes.writeBigUInt64LE(BigInt(messages * MESSAGE_BYTES), at + 16);
  }
  let reads = 0;
  const read = async (offset: number, length: number): Promise<Uint8Array> => {
    reads += 1;
    return bytes.subarray(offset, offset + length);
  };
  const file = { name: "circle.h5", bytes: bytes.length, read };
  return { hdf5: { file, baseBytes: 0, addressBytes: 8, lengthBytes: 8 }, reads: () => reads };
}

test.each([
  [1, 1030],
  [2 ** 16, 20],
])("a header of %i messages that lead back to it is given up after few reads", async (messages, readsMax) => {
  const { hdf5, reads } = headerInCircles(messages);
  await expect(readObjectHeader(hdf5, 0)).rejects.toThrow(/more than 1024 pieces, or 16777216 bytes/);
  expect(reads()).toBeLessThan(readsMax);
});

test("an enumeration has items of the size of its numbers", () => {
  const enumeration = (bytes: number): Uint8Array => {
    const message = Buffer.alloc(24);
    // Of version 3: one name, then int16 as what it numbers, the name A and its value.
    message.set([0x38, 1, 0, 0, bytes, 0, 0, 0]);
    message.set([0x30, 8, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0], 8);
    message.set([0x41, 0, 7, 0], 20);
    return message;
  };
  expect(parseDatatype(enumeration(2))).toMatchObject({ kind: "enum", bytes: 2, names: [{ name: "A" }] });
  expect(() => parseDatatype(enumeration(1))).toThrow(/enumeration of 1 bytes is one of 2/);
});
