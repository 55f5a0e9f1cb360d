/**
 * The two kinds of line that make up nearly all of a capture, depth diffs and tickers, read straight from
 * their bytes into ticks and lots.
 *
 * It is an accelerator and decides nothing: it accepts a line only if it is compact JSON (no spaces, escapes
 * or bytes beyond ASCII) of known fields, once each, with whole numbers of at most 15 digits, every price and
 * size on the grid, and of the instrument being read. For any other line, good or broken, it answers
 * `undefined`, and `parseLine` decides. A property test holds the two against each other.
 */
import type { DecimalGrid } from "../../decimal-grid.ts";
import type { CaptureScale } from "../capture-source.ts";
import { EVENT_MS_MAX, INT64_MAX, msToNs } from "../clock.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import { stepTypesIn } from "../instrument.ts";
import { LevelChanges } from "../level-changes.ts";
import { isPartialDepthStream } from "./message.ts";
import { FUTURES_DIFF, OPTIONAL_IN_TICKER, SEEN, SPOT_DIFF, TICKER, UNREAD_IN_DIFF } from "./seen-fields.ts";

const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const COLON = 58;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const CLOSE_OBJECT = 125;
const DELETE = 127;

/** Any number of so many digits is exact in a double. */
const NUMBER_DIGITS_MAX = 15;
const CLOCK_DIGITS_MAX = 19;

const STREAM_HEAD = Buffer.from(' {"stream":"');
const DATA_HEAD = Buffer.from('","data":{');
const KIND_DIFF = Buffer.from('"depthUpdate"');
const KIND_TICKER = Buffer.from('"bookTicker"');

/** Answer of the private readers for anything that is not what the scanner accepts. */
const DECLINED = -1;

export class LineScanner {
  /** Of the line scanned last. */
  recvNs = 0n;
  eventNs = 0n;
  venue: "futures" | "spot" = "futures";
  previousUpdateId = 0;
  lastUpdateId = 0;
  readonly bids: LevelChanges;
  readonly asks: LevelChanges;

  readonly #scale: CaptureScale;
  readonly #symbol: Buffer;
  /** The stream of the last diff, known to carry whole diffs. */
  #depthStream = Buffer.alloc(0);
  #bytes: Buffer = this.#depthStream;
  #at = 0;
  #end = 0;
  #firstUpdateId = 0;
  #bidTicks = 0;
  #bidLots = 0;
  #askTicks = 0;
  #askLots = 0;
  #sentMs = 0;
  #timeMs = 0;

  constructor(scale: CaptureScale) {
    this.#scale = scale;
    this.bids = new LevelChanges(stepTypesIn(scale));
    this.asks = new LevelChanges(stepTypesIn(scale));
    this.#symbol = Buffer.from(JSON.stringify(scale.symbol));
  }

  /** Reads the line in `bytes[start, end)`; `undefined` where it is for `parseLine` to read. */
  scan(bytes: Buffer, start: number, end: number): "diff" | "ticker" | undefined {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
    while (isDigit(bytes[this.#at]!)) this.#at += 1;
    const clockEnd = this.#at;
    if (clockEnd === start || clockEnd - start > CLOCK_DIGITS_MAX || !this.#take(STREAM_HEAD))
      return undefined;
    const streamStart = this.#at;
    if (!this.#skipText()) return undefined;
    const streamEnd = this.#at;
    if (!this.#take(DATA_HEAD)) return undefined;
    const seen = this.#readFields();
    if (this.#at !== end) return undefined;
    const isTicker = (seen & ~OPTIONAL_IN_TICKER) === TICKER;
    const fields = seen & ~UNREAD_IN_DIFF;
    if (!isTicker) {
      if (fields !== FUTURES_DIFF && fields !== SPOT_DIFF) return undefined;
      if (!this.#isDepthStream(streamStart, streamEnd) || this.#firstUpdateId > this.lastUpdateId)
        return undefined;
    }
    const eventMs = fields === SPOT_DIFF ? this.#sentMs : this.#timeMs;
    const recvNs = BigInt(bytes.toString("latin1", start, clockEnd));
    if (eventMs > EVENT_MS_MAX || recvNs > INT64_MAX) return undefined;
    this.recvNs = recvNs;
    if (isTicker) {
      this.eventNs = (seen & SEEN.T) === 0 ? UNKNOWN_TIME_NS : msToNs(eventMs);
      this.#takeBestLevels();
      return "ticker";
    }
    this.eventNs = msToNs(eventMs);
    this.venue = fields === FUTURES_DIFF ? "futures" : "spot";
    if (this.venue === "spot") this.previousUpdateId = this.#firstUpdateId - 1;
    return "diff";
  }

  /** Makes the best levels of a ticker those that {@link bids} and {@link asks} hold. */
  #takeBestLevels(): void {
    this.bids.clear();
    this.asks.clear();
    this.bids.add(this.#bidTicks, this.#bidLots);
    this.asks.add(this.#askTicks, this.#askLots);
  }

  /** Reads `"name":value,…}}` and returns the fields seen; {@link DECLINED} has bits that no message has. */
  #readFields(): number {
    const bytes = this.#bytes;
    let seen = 0;
    for (;;) {
      if (bytes[this.#at] !== QUOTE) return DECLINED;
      let name = bytes[this.#at + 1]!;
      this.#at += 2;
      if (bytes[this.#at] !== QUOTE) {
        name |= bytes[this.#at]! << 8;
        this.#at += 1;
      }
      if (bytes[this.#at] !== QUOTE || bytes[this.#at + 1] !== COLON) return DECLINED;
      this.#at += 2;
      const field = this.#readField(name);
      if (field === DECLINED || (seen & field) !== 0) return DECLINED;
      seen |= field;
      const next = bytes[this.#at];
      this.#at += 1;
      if (next === COMMA) continue;
      if (next !== CLOSE_OBJECT || bytes[this.#at] !== CLOSE_OBJECT) return DECLINED;
      this.#at += 1;
      return seen;
    }
  }

  /** Reads the value of a field; `name` is its one or two characters, the first in the low byte. */
  #readField(name: number): number {
    const isList = this.#bytes[this.#at] === OPEN_LIST;
    switch (name) {
      case 0x65: // e
        if (this.#take(KIND_DIFF)) return SEEN.diff;
        return this.#take(KIND_TICKER) ? SEEN.ticker : DECLINED;
      case 0x45: // E
        this.#sentMs = this.#readNumber();
        return this.#sentMs === DECLINED ? DECLINED : SEEN.E;
      case 0x54: // T
        this.#timeMs = this.#readNumber();
        return this.#timeMs === DECLINED ? DECLINED : SEEN.T;
      case 0x55: // U
        this.#firstUpdateId = this.#readNumber();
        return this.#firstUpdateId === DECLINED ? DECLINED : SEEN.U;
      case 0x75: // u
        this.lastUpdateId = this.#readNumber();
        return this.lastUpdateId === DECLINED ? DECLINED : SEEN.u;
      case 0x7570: // pu
        this.previousUpdateId = this.#readNumber();
        return this.previousUpdateId === DECLINED ? DECLINED : SEEN.pu;
      case 0x73: // s
        return this.#take(this.#symbol) ? SEEN.s : DECLINED;
      case 0x7370: // ps
        return this.#skipString() ? SEEN.ps : DECLINED;
      case 0x62: // b
        if (isList) return this.#readLevels(this.bids) ? SEEN.bids : DECLINED;
        this.#bidTicks = this.#readSteps(this.#scale.tick);
        return this.#bidTicks > 0 ? SEEN.bid : DECLINED;
      case 0x61: // a
        if (isList) return this.#readLevels(this.asks) ? SEEN.asks : DECLINED;
        this.#askTicks = this.#readSteps(this.#scale.tick);
        return this.#askTicks > 0 ? SEEN.ask : DECLINED;
      case 0x42: // B
        this.#bidLots = this.#readSteps(this.#scale.lot);
        return this.#bidLots >= 0 ? SEEN.B : DECLINED;
      case 0x41: // A
        this.#askLots = this.#readSteps(this.#scale.lot);
        return this.#askLots >= 0 ? SEEN.A : DECLINED;
      default:
        return DECLINED;
    }
  }

  /** Reads `[["price","size"],…]`. */
  #readLevels(levels: LevelChanges): boolean {
    const bytes = this.#bytes;
    levels.clear();
    this.#at += 1;
    if (bytes[this.#at] === CLOSE_LIST) {
      this.#at += 1;
      return true;
    }
    for (;;) {
      if (bytes[this.#at] !== OPEN_LIST) return false;
      this.#at += 1;
      const priceTicks = this.#readSteps(this.#scale.tick);
      if (priceTicks <= 0 || bytes[this.#at] !== COMMA) return false;
      this.#at += 1;
      const sizeLots = this.#readSteps(this.#scale.lot);
      if (sizeLots < 0 || bytes[this.#at] !== CLOSE_LIST) return false;
      levels.add(priceTicks, sizeLots);
      const next = bytes[this.#at + 1];
      this.#at += 2;
      if (next === CLOSE_LIST) return true;
      if (next !== COMMA) return false;
    }
  }

  /** Reads a decimal in quotes. */
  #readSteps(grid: DecimalGrid): number {
    const bytes = this.#bytes;
    if (bytes[this.#at] !== QUOTE) return DECLINED;
    const start = this.#at + 1;
    let end = start;
    while (bytes[end] !== QUOTE) {
      end += 1;
      if (end >= this.#end) return DECLINED;
    }
    this.#at = end + 1;
    return grid.stepsInBytes(bytes, start, end);
  }

  /** Reads a whole number as JSON writes it. */
  #readNumber(): number {
    const bytes = this.#bytes;
    const start = this.#at;
    let number = 0;
    let at = start;
    for (; isDigit(bytes[at]!); at += 1) number = number * 10 + (bytes[at]! - ZERO);
    this.#at = at;
    const digits = at - start;
    if (digits === 0 || digits > NUMBER_DIGITS_MAX || (bytes[start] === ZERO && digits > 1)) return DECLINED;
    return number;
  }

  #skipString(): boolean {
    if (this.#bytes[this.#at] !== QUOTE) return false;
    this.#at += 1;
    if (!this.#skipText()) return false;
    this.#at += 1;
    return true;
  }

  /** Moves to the quote that ends a string; declines one with escapes, controls or bytes beyond ASCII. */
  #skipText(): boolean {
    const bytes = this.#bytes;
    for (let at = this.#at; at < this.#end; at += 1) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        this.#at = at;
        return true;
      }
      if (byte < 32 || byte >= DELETE || byte === BACKSLASH) return false;
    }
    return false;
  }

  /** Moves behind `expected` if that is what follows. */
  #take(expected: Buffer): boolean {
    const bytes = this.#bytes;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[this.#at + index] !== expected[index]) return false;
    }
    this.#at += expected.length;
    return true;
  }

  /** Whether the stream carries whole diffs and not the best few levels. */
  #isDepthStream(start: number, end: number): boolean {
    if (this.#bytes.compare(this.#depthStream, 0, this.#depthStream.length, start, end) === 0) return true;
    if (isPartialDepthStream(this.#bytes.toString("latin1", start, end))) return false;
    this.#depthStream = Buffer.from(this.#bytes.subarray(start, end));
    return true;
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= ZERO + 9;
}
