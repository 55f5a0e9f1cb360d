/**
 * What stands before the items of a `.npy` file (numpy.lib.format), read and written:
 *
 * ```text
 * 0   6  "\x93NUMPY"
 * 6   2  version: 1.0; 2.0 where the text takes 64 KiB and more; 3.0 where it is UTF-8 and not Latin-1
 * 8   2  textBytes, little-endian; 4 bytes from version 2.0 on
 * …      textBytes of a Python dictionary: {'descr': '<i4', 'fortran_order': False, 'shape': (3, 20), }
 * ```
 *
 * NumPy pads the text with spaces up to a line feed, so that the items begin at a multiple of 64; a reader does not
 * need that. What is wrong is a SyntaxError with the reason alone: the file, and the code of the error, are the caller's.
 */
import { type PythonLiteral, parsePythonLiteral } from "./python-literal.ts";

const MAGIC = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59);
const VERSION_BYTES = 2;
const ALIGNMENT_BYTES = 64;

/** Of the file's beginning, to know how long the header is. */
export const NPY_PREFIX_BYTES = 12;

/** NumPy itself reads no more than 10,000 without being told to. */
const TEXT_BYTES_MAX = 2 ** 20;

/** Dimensions, at most: NumPy's own limit. */
const RANK_MAX = 64;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

export interface NpyHeader {
  /** A type string (`"<i4"`), or a list of fields (`[["ts", "<i8"], ["px", "<f4", [20]]]`): whatever the file has there. */
  readonly descr: PythonLiteral;
  readonly order: "C" | "F";
  readonly shape: readonly number[];
}

/** Whether a file that begins with `head` says that it is a `.npy` file. */
export function isNpy(head: Uint8Array): boolean {
  return head.length >= MAGIC.length && MAGIC.every((byte, index) => head[index] === byte);
}

/**
 * Where the items begin.
 * @param prefix the first {@link NPY_PREFIX_BYTES} of the file, or all that it has
 * @throws SyntaxError
 */
export function npyHeaderBytes(prefix: Uint8Array): number {
  const { textStart, textBytes } = textPlace(prefix);
  return textStart + textBytes;
}

/**
 * @param head the file's first {@link npyHeaderBytes}; more may follow
 * @throws SyntaxError
 */
export function parseNpyHeader(head: Uint8Array): NpyHeader {
  const { textStart, textBytes, isUtf8 } = textPlace(head);
  const text = head.subarray(textStart, textStart + textBytes);
  if (text.length < textBytes) {
    throw new SyntaxError(`its header is to have ${textBytes} bytes, and ${text.length} are there`);
  }
  const literal = parsePythonLiteral(isUtf8 ? utf8Text(text) : latin1Text(text));
  const entries = literal instanceof Map ? literal : new Map<string, PythonLiteral>();
  const [descr, isFortran, shape] = ["descr", "fortran_order", "shape"].map((key) => entries.get(key));
  if (entries.size !== 3 || descr === undefined || typeof isFortran !== "boolean" || !isNumpyShape(shape)) {
    throw new SyntaxError("its header is no dictionary of descr, fortran_order and shape");
  }
  return { descr, order: isFortran ? "F" : "C", shape };
}

/** Whether `value` can be the shape of an array of NumPy's. */
export function isNumpyShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    value.length <= RANK_MAX &&
    value.every((extent) => Number.isSafeInteger(extent) && extent >= 0)
  );
}

/**
 * The header of items in C order, as NumPy writes it.
 * @param descr in Python's syntax: `'<i4'`, `[('ts', '<i8'), ('px', '<f4')]`
 */
export function encodeNpyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const extents = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const text = new TextEncoder().encode(
    `{'descr': ${descr}, 'fortran_order': False, 'shape': (${extents}), }`,
  );
  const isAscii = text.every((byte) => byte < 0x80);
  const version = !isAscii ? 3 : text.length + ALIGNMENT_BYTES < 2 ** 16 ? 1 : 2;
  const textStart = textStartOf(version);
  const header = new Uint8Array(
    Math.ceil((textStart + text.length + 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES,
  ).fill(0x20);
  header.set(MAGIC);
  header.set([version, 0], MAGIC.length);
  const view = new DataView(header.buffer);
  const textBytes = header.length - textStart;
  if (version === 1) view.setUint16(MAGIC.length + VERSION_BYTES, textBytes, true);
  else view.setUint32(MAGIC.length + VERSION_BYTES, textBytes, true);
  header.set(text, textStart);
  header[header.length - 1] = 0x0a;
  return header;
}

function textPlace(head: Uint8Array): {
  readonly textStart: number;
  readonly textBytes: number;
  readonly isUtf8: boolean;
} {
  if (!isNpy(head) || head.length < NPY_PREFIX_BYTES) {
    throw new SyntaxError('it does not begin as such files do, with "\\x93NUMPY"');
  }
  const [major, minor] = [head[6]!, head[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new SyntaxError(`it is of version ${major}.${minor}; 1.0, 2.0 and 3.0 are known`);
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const at = MAGIC.length + VERSION_BYTES;
  const textBytes = major === 1 ? view.getUint16(at, true) : view.getUint32(at, true);
  if (textBytes > TEXT_BYTES_MAX) {
    throw new SyntaxError(`its header is to have ${textBytes} bytes, more than ${TEXT_BYTES_MAX}`);
  }
  return { textStart: textStartOf(major), textBytes, isUtf8: major === 3 };
}

function textStartOf(version: number): number {
  return MAGIC.length + VERSION_BYTES + (version === 1 ? 2 : 4);
}

function utf8Text(bytes: Uint8Array): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new SyntaxError("its header is no UTF-8", { cause });
  }
}

/** TextDecoder takes Latin-1 for Windows-1252. */
function latin1Text(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
