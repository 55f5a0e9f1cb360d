/**
 * What may happen to a store that somebody else has had in hand: bytes and files that were changed, cut, moved and
 * doubled. A mutation is data, so that a failing case can be printed and made smaller; places are fractions of
 * what is there, so that each keeps a meaning when others before it are left out.
 */
import { crc32c } from "../../src/metadata/crc.ts";
import type { Random } from "./random.ts";

const CRC32C_BYTES = 4;

/** Contents by key. */
export type Files = ReadonlyMap<string, Uint8Array>;

export type Mutation =
  | { readonly kind: "flip"; readonly key: string; readonly at: number; readonly xor: number }
  | { readonly kind: "cut"; readonly key: string; readonly at: number }
  | { readonly kind: "insert"; readonly key: string; readonly at: number; readonly bytes: readonly number[] }
  | { readonly kind: "erase"; readonly key: string; readonly at: number; readonly count: number }
  | {
      readonly kind: "fill";
      readonly key: string;
      readonly at: number;
      readonly count: number;
      readonly byte: number;
    }
  | {
      readonly kind: "splice";
      readonly key: string;
      readonly at: number;
      readonly from: string;
      readonly fromAt: number;
      readonly count: number;
    }
  | { readonly kind: "delete"; readonly key: string }
  | { readonly kind: "copy"; readonly key: string; readonly to: string }
  | { readonly kind: "swap"; readonly key: string; readonly other: string }
  | { readonly kind: "literal"; readonly key: string; readonly at: number; readonly text: string };

/** Numbers and words at which readers of metadata stumble. */
const HOSTILE_LITERALS = [
  ...["0", "-1", "-0", "1", "2", "3", "7", "255", "65536", "2147483647", "2147483648", "4294967296"],
  ...[
    "9007199254740991",
    "9007199254740993",
    "18446744073709551615",
    "1e400",
    "1e20",
    "0.5",
    "-9223372036854775808",
  ],
  ...["null", "true", "[]", "{}", '""', '"bytes"', '"NaN"', '"__proto__"', '"../../x"', '"sharding_indexed"'],
  ...[
    '"int8"',
    '"float64"',
    '"string"',
    "[0]",
    "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]",
  ],
];

/** Numbers, quoted strings and words of a JSON document. */
const LITERAL = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/g;

const DOCUMENT = /(^|\/)(zarr\.json|\.z(array|attrs|group|metadata))$/;

export const isDocument = (key: string): boolean => DOCUMENT.test(key);

/** One to three mutations of `files`. */
export function drawMutations(random: Random, files: Files): Mutation[] {
  const keys = [...files.keys()].sort();
  return Array.from({ length: 1 + random.below(3) }, () => drawMutation(random, keys));
}

function drawMutation(random: Random, keys: readonly string[]): Mutation {
  const key = random.pick(keys);
  // Headers and indexes stand at either end, and there damage has the most ways to hurt.
  const at = random.pick([random.below(1000) / 1000, random.below(40) / 1000, 1 - random.below(40) / 1000]);
  const count = 1 + random.below(random.pick([4, 16, 64]));
  if (isDocument(key) && random.below(3) > 0) {
    return { kind: "literal", key, at, text: random.pick(HOSTILE_LITERALS) };
  }
  switch (random.below(12)) {
    case 0:
    case 1:
    case 2:
      return { kind: "flip", key, at, xor: 1 << random.below(8) };
    case 3:
      return { kind: "cut", key, at };
    case 4:
      return { kind: "insert", key, at, bytes: Array.from({ length: count }, () => random.below(256)) };
    case 5:
      return { kind: "erase", key, at, count };
    case 6:
      return { kind: "fill", key, at, count, byte: random.pick([0, 255, 127, 128, 1]) };
    case 7:
    case 8:
      return { kind: "splice", key, at, from: random.pick(keys), fromAt: random.below(1000) / 1000, count };
    case 9:
      return { kind: "delete", key };
    case 10:
      return { kind: "copy", key, to: random.pick(keys) };
    default:
      return { kind: "swap", key, other: random.pick(keys) };
  }
}

/** `files` after `mutations`, one after the other. */
export function mutated(files: Files, mutations: readonly Mutation[]): Files {
  const result = new Map(files);
  for (const mutation of mutations) applyTo(result, mutation);
  return result;
}

function applyTo(files: Map<string, Uint8Array>, mutation: Mutation): void {
  const { key } = mutation;
  const content = files.get(key);
  // An earlier mutation has deleted it.
  if (content === undefined) return;
  switch (mutation.kind) {
    case "delete":
      files.delete(key);
      return;
    case "copy":
      files.set(mutation.to, content);
      return;
    case "swap":
      files.set(key, files.get(mutation.other) ?? content);
      files.set(mutation.other, content);
      return;
    case "literal":
      files.set(key, withLiteral(content, mutation.at, mutation.text));
      return;
    case "splice": {
      const source = files.get(mutation.from) ?? content;
      const from = placeIn(source, mutation.fromAt);
      const taken = source.subarray(from, from + mutation.count);
      if (!hasChecksummedValue(taken)) files.set(key, overwritten(content, mutation.at, taken));
      return;
    }
    default:
      files.set(key, changed(content, mutation));
  }
}

/**
 * Whether a value stands in `bytes` together with its crc32c. Copied to where another such value is, the two are as
 * valid as whole files that were copied, and nobody could tell; small files are no longer than that.
 */
function hasChecksummedValue(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start < bytes.length; start++) {
    for (let end = start + 1; end + CRC32C_BYTES <= bytes.length; end++) {
      if (crc32c(bytes.subarray(start, end)) === view.getUint32(end, true)) return true;
    }
  }
  return false;
}

function changed(
  content: Uint8Array,
  mutation: Extract<Mutation, { readonly kind: "flip" | "cut" | "insert" | "erase" | "fill" }>,
): Uint8Array {
  const at = placeIn(content, mutation.at);
  switch (mutation.kind) {
    case "flip":
      return overwritten(content, mutation.at, [(content[at] ?? 0) ^ mutation.xor]);
    case "cut":
      return content.slice(0, at);
    case "insert":
      return Uint8Array.from([...content.subarray(0, at), ...mutation.bytes, ...content.subarray(at)]);
    case "erase":
      return Uint8Array.from([...content.subarray(0, at), ...content.subarray(at + mutation.count)]);
    case "fill":
      return overwritten(content, mutation.at, new Uint8Array(mutation.count).fill(mutation.byte));
  }
}

const placeIn = (content: Uint8Array, at: number): number =>
  Math.max(0, Math.min(content.length - 1, Math.floor(at * content.length)));

/** The same length: what would stand beyond the end is left out. */
function overwritten(content: Uint8Array, at: number, bytes: ArrayLike<number>): Uint8Array {
  const place = placeIn(content, at);
  const result = content.slice();
  for (let index = 0; index < bytes.length && place + index < result.length; index++) {
    result[place + index] = bytes[index]!;
  }
  return result;
}

function withLiteral(content: Uint8Array, at: number, text: string): Uint8Array {
  const document = Buffer.from(content).toString("latin1");
  const literals = [...document.matchAll(LITERAL)];
  const literal = literals[Math.floor(at * literals.length)];
  if (literal === undefined) return content;
  const end = literal.index + literal[0].length;
  return new Uint8Array(Buffer.from(document.slice(0, literal.index) + text + document.slice(end), "latin1"));
}
