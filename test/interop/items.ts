/**
 * Items of any data type in one form that both sides of an exchange can compute: an item of fixed size is its bytes,
 * little-endian; a string or a byte string, of fixed length or not, is its length in bytes (uint32, little-endian) and
 * then UTF-8 or the bytes. The items of an array follow each other in C order; `items.py` is the other side.
 */
import type { DataType } from "../../src/metadata/data-type.ts";
import { isListed, type TypedArrayOf, typedArrayOf } from "../../src/metadata/typed-array.ts";
import { bytesOf } from "./values.ts";

/** One item, in the form above. */
export type Item = Uint8Array;

/** Whether items are text: in this form it looks like bytes. */
export const isText = ({ kind }: DataType): boolean => kind === "string" || kind === "fixed-unicode";

/** A float16 array may be a ponyfill's, which has a buffer like any other. */
export function itemsOf(dataType: DataType, data: TypedArrayOf): Item[] {
  if (isListed(dataType)) {
    return (data as readonly (string | Uint8Array)[]).map((value) =>
      prefixed(typeof value === "string" ? new TextEncoder().encode(value) : value),
    );
  }
  const bytes = bytesOf(data);
  const { itemBytes } = dataType;
  return Array.from({ length: bytes.length / itemBytes }, (_, at) =>
    bytes.slice(at * itemBytes, (at + 1) * itemBytes),
  );
}

/** What `ZarrArray.set` takes. */
export function dataOf(dataType: DataType, items: readonly Item[]): TypedArrayOf {
  if (isListed(dataType)) {
    const values = items.map((item) => item.subarray(4));
    return (
      isText(dataType) ? values.map((value) => new TextDecoder().decode(value)) : values
    ) as TypedArrayOf;
  }
  return new (typedArrayOf(dataType))(Uint8Array.from(Buffer.concat(items)).buffer) as TypedArrayOf;
}

const ALPHABET = ["", "a", "tick", "é", "数", "🙂", "a b", "…"];

/** Every bit pattern is possible where items have a fixed size, but for bool. */
export function randomItem(dataType: DataType, next: () => number): Item {
  const { kind, itemBytes } = dataType;
  if (kind === "bool") return Uint8Array.of(next() & 1);
  if (kind === "struct") {
    return Buffer.concat(dataType.fields.map(({ dataType: field }) => storedItem(field, next)));
  }
  if (kind === "string" || kind === "fixed-unicode") {
    const longest = kind === "string" ? 6 : itemBytes / 4;
    const text = Array.from({ length: next() % 4 }, () => ALPHABET[next() % ALPHABET.length]!).join("");
    return prefixed(new TextEncoder().encode([...text].slice(0, longest).join("")));
  }
  if (kind === "variable-bytes") return prefixed(randomBytes(next() % 9, next));
  // Zeros at the end are padding, which nobody gives back.
  if (kind === "fixed-bytes")
    return prefixed(randomBytes(next() % (itemBytes + 1), next).map((byte) => byte | 1));
  return randomBytes(itemBytes, next);
}

/** As it lies in a struct: fields of text and bytes are padded there. */
function storedItem(dataType: DataType, next: () => number): Uint8Array {
  const item = randomItem(dataType, next);
  if (!isListed(dataType)) return item;
  const stored = new Uint8Array(dataType.itemBytes);
  const value = item.subarray(4);
  if (!isText(dataType)) stored.set(value);
  else {
    const view = new DataView(stored.buffer);
    for (const [at, point] of [...new TextDecoder().decode(value)].entries()) {
      view.setUint32(4 * at, point.codePointAt(0)!, true);
    }
  }
  return stored;
}

const randomBytes = (count: number, next: () => number) => Uint8Array.from({ length: count }, () => next());

function prefixed(value: Uint8Array): Item {
  const item = new Uint8Array(4 + value.length);
  new DataView(item.buffer).setUint32(0, value.length, true);
  item.set(value, 4);
  return item;
}
