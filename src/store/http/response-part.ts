/**
 * What an answer says of the value: which of its bytes came, how many it has, and which version it is.
 *
 * A request for a range may be answered by
 * - 206 and `Content-Range: bytes 5-9/100`: the part itself. It must be the one that was asked for.
 * - 200: the whole value, because the server knows no ranges. The part is cut out while the rest passes by.
 * - 416: nothing of the value lies in the range.
 *
 * Rules: RFC 9110, sections 14 (ranges) and 8.8 (validators).
 */
import { rangeWithin } from "../key.ts";
import type { RangeQuery, ValuePart } from "../store.ts";
import { RequestFailure } from "./retry.ts";

/** Everything, for a request without a range. */
export const WHOLE: RangeQuery = { offset: 0, length: Number.MAX_SAFE_INTEGER };

/** The header `Range` that asks for `range`. None can ask for no bytes: the first one then shows the value's size. */
export function rangeHeader(range: RangeQuery): string {
  if ("suffixLength" in range) return range.suffixLength === 0 ? "bytes=0-0" : `bytes=-${range.suffixLength}`;
  if (range.length === 0) return "bytes=0-0";
  return `bytes=${range.offset}-${Math.min(range.offset + range.length - 1, Number.MAX_SAFE_INTEGER)}`;
}

/**
 * @param heard to be called for each piece of the body
 * @throws RequestFailure transient if the body ends early, permanent if the answer is none to `range`
 */
export async function partOfResponse(
  response: Response,
  range: RangeQuery,
  heard: () => void,
): Promise<ValuePart> {
  if (response.status === 206) return partOf206(response, range, heard);
  if (response.status === 416) return partOf416(response, range);
  const declaredBytes = declaredBodyBytes(response);
  const { bytes, bodyBytes } = await collect(response, range, declaredBytes, heard);
  return { bytes, valueBytes: bodyBytes, ...versionOf(response.headers, bodyBytes) };
}

async function partOf206(response: Response, range: RangeQuery, heard: () => void): Promise<ValuePart> {
  if (range === WHOLE) throw wrong("it answered 206 to a request for everything");
  const encoding = response.headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") {
    throw wrong(`it sends ranges of a ${encoding} stream instead of the value's; switch its compression off`);
  }
  const contentRange = response.headers.get("content-range");
  if (contentRange === null) {
    throw wrong(
      "its 206 has no Content-Range, or hides it from this origin (Access-Control-Expose-Headers: Content-Range, ETag)",
    );
  }
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(contentRange)?.map(Number) ?? [];
  if (first === undefined || last === undefined || total === undefined) {
    throw wrong(`its Content-Range "${contentRange}" does not say which bytes of how many`);
  }
  const isProbe = rangeHeader(range) === "bytes=0-0";
  const { start, end } = rangeWithin(isProbe ? { offset: 0, length: 1 } : range, total);
  if (first !== start || last + 1 !== end || first > last) {
    throw wrong(`asked for ${rangeHeader(range)}, it sent "${contentRange}"`);
  }
  const { bytes } = await collect(response, WHOLE, end - start, heard);
  const kept = rangeWithin(range, total);
  const isEmpty = kept.start === kept.end;
  return {
    bytes: isEmpty ? new Uint8Array(0) : bytes,
    valueBytes: total,
    ...versionOf(response.headers, total),
  };
}

/** The value ends before the range: a suffix and a range from 0 say so only of the empty value. */
async function partOf416(response: Response, range: RangeQuery): Promise<ValuePart> {
  const contentRange = response.headers.get("content-range");
  const total = Number(/^bytes \*\/(\d+)$/.exec(contentRange ?? "")?.[1] ?? 0);
  const { start, end } = rangeWithin(range, total);
  if (start !== end) throw wrong(`it refused ${rangeHeader(range)} of a value of ${total} bytes`);
  await discard(response);
  return { bytes: new Uint8Array(0), valueBytes: total, ...versionOf(response.headers, total) };
}

/**
 * Reads the body, keeping what lies in `range`; no more memory is taken than that and one piece.
 * @param declaredBytes that the body must have, where that is known
 */
async function collect(
  response: Response,
  range: RangeQuery,
  declaredBytes: number | undefined,
  heard: () => void,
): Promise<{ bytes: Uint8Array; bodyBytes: number }> {
  const kept = new KeptPieces(range);
  let bodyBytes = 0;
  // A body of no bytes may be none at all.
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    heard();
    kept.add(value, bodyBytes);
    bodyBytes += value.length;
    if (declaredBytes === undefined || bodyBytes === declaredBytes) continue;
    if (bodyBytes < declaredBytes && !kept.isFull) continue;
    await reader.cancel();
    if (bodyBytes > declaredBytes) throw wrong(`the body has more than the ${declaredBytes} bytes announced`);
    return { bytes: kept.join(), bodyBytes: declaredBytes };
  }
  if (declaredBytes !== undefined && bodyBytes !== declaredBytes) {
    throw new RequestFailure(`the body has ${bodyBytes} bytes of ${declaredBytes}`, { isTransient: true });
  }
  return { bytes: kept.join(), bodyBytes };
}

/** Pieces of a body, as far as they lie in a range that may be counted from its end. */
class KeptPieces {
  readonly #range: RangeQuery;
  readonly #pieces: Uint8Array[] = [];
  #bytes = 0;

  constructor(range: RangeQuery) {
    this.#range = range;
  }

  /** Nothing that is still to come can be of use. */
  get isFull(): boolean {
    return "length" in this.#range && this.#bytes === this.#range.length;
  }

  /** @param offsetBytes of the piece in the body */
  add(piece: Uint8Array, offsetBytes: number): void {
    if ("suffixLength" in this.#range) {
      this.#keep(piece);
      this.#dropAllBut(this.#range.suffixLength);
      return;
    }
    const { offset, length } = this.#range;
    const begin = Math.max(0, offset - offsetBytes);
    this.#keep(piece.subarray(begin, Math.max(begin, offset + length - offsetBytes)));
  }

  join(): Uint8Array {
    const [only] = this.#pieces;
    // Not a view into what the platform may use again, nor one that keeps more memory alive than it shows.
    if (this.#pieces.length === 1 && only!.length === only!.buffer.byteLength) return only!;
    const bytes = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
  }

  #dropAllBut(lastBytes: number): void {
    while (this.#bytes > lastBytes) {
      const first = this.#pieces[0]!;
      const surplus = Math.min(this.#bytes - lastBytes, first.length);
      if (surplus === first.length) this.#pieces.shift();
      else this.#pieces[0] = first.subarray(surplus);
      this.#bytes -= surplus;
    }
  }
}

/** `Content-Length`, where it is that of the bytes which the platform hands on. */
function declaredBodyBytes(response: Response): number | undefined {
  const { headers, type } = response;
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding !== "identity") return undefined;
  // A browser hides the encoding of other origins' answers. It compares the length itself.
  if (type === "cors") return undefined;
  const value = headers.get("content-length");
  return value !== null && /^\d+$/.test(value) ? Number(value) : undefined;
}

/**
 * The entity tag, or the time of the last change where that can tell two versions apart: times have a second's
 * resolution, and what changed less than a second ago may change again within the same one.
 */
function versionOf(headers: Headers, valueBytes: number): { version?: string } {
  const tag = headers.get("etag");
  if (tag !== null) return { version: tag };
  const changed = headers.get("last-modified");
  const ageMs = Date.parse(headers.get("date") ?? "") - Date.parse(changed ?? "");
  return ageMs >= 1000 ? { version: `${changed}/${valueBytes}` } : {};
}

/** Frees the connection of an answer whose body is of no interest. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel();
}

function wrong(message: string): RequestFailure {
  return new RequestFailure(message, { isTransient: false });
}
