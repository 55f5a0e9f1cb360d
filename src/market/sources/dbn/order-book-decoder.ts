/**
 * MBO records into snapshots, deltas and trades.
 *
 * Nothing is known of the book before its first clear, and nothing from where a record does not fit it, or the vendor
 * says that its channel has lost something: that is a gap, until the next clear.
 */
import type { DecoderOutput } from "../decoder.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LineFault } from "../refused-lines.ts";
import { type OrderId, OrderLevels, type OrderSide } from "./order-levels.ts";
import { eventNs, FLAGS, PRICE_DECIMALS, priceAt, sideOf, timestampAt } from "./record.ts";

export class OrderBookDecoder {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #levels: OrderLevels;
  #hasBook = false;
  #inGap = false;

  constructor(instrument: InstrumentGrid, output: DecoderOutput) {
    this.#instrument = instrument;
    this.#output = output;
    this.#levels = new OrderLevels(instrument.stepTypes);
  }

  /** @throws LineFault */
  addRecord(bytes: Buffer, at: number): void {
    const flags = bytes[at + 36]!;
    if ((flags & FLAGS.maybeBadBook) !== 0) this.#loseBook();
    const action = String.fromCharCode(bytes[at + 38]!);
    switch (action) {
      case "A":
      case "C":
      case "M":
        this.#changeOrder(action, bytes, at);
        break;
      case "R":
        this.#levels.clear();
        this.#hasBook = true;
        this.#inGap = false;
        break;
      case "T":
        this.#addTrade(bytes, at);
        break;
      case "F":
      case "N":
        break;
      default:
        throw new LineFault(`action ${JSON.stringify(action)} is not A, C, M, R, T, F or N`);
    }
    if ((flags & FLAGS.last) !== 0 && this.#hasBook) this.#endEvent(bytes, at);
  }

  #changeOrder(action: "A" | "C" | "M", bytes: Buffer, at: number): void {
    const priceTicks = this.#priceTicks(bytes, at);
    const sizeLots = this.#instrument.lotsOfWhole(bytes.readUInt32LE(at + 32));
    if (!this.#hasBook) {
      this.#output.counts.unsynced += 1;
      return;
    }
    const id = orderId(bytes, at + 16);
    try {
      if (action === "C") this.#levels.cancel(id, sizeLots);
      else {
        const order = { side: orderSide(bytes[at + 39]!), priceTicks, sizeLots };
        if (action === "A") this.#levels.add(id, order);
        else this.#levels.modify(id, order);
      }
    } catch (fault) {
      this.#loseBook();
      throw fault;
    }
  }

  #addTrade(bytes: Buffer, at: number): void {
    const priceTicks = this.#priceTicks(bytes, at);
    const sizeLots = this.#instrument.lotsOfWhole(bytes.readUInt32LE(at + 32));
    const stamps = [eventNs(bytes, at), timestampAt(bytes, at + 40), sequenceAt(bytes, at)] as const;
    this.#output.batch.addTrade(...stamps, priceTicks, sizeLots, sideOf(bytes[at + 39]!));
  }

  #endEvent(bytes: Buffer, at: number): void {
    const stamps = [eventNs(bytes, at), timestampAt(bytes, at + 40), sequenceAt(bytes, at)] as const;
    const { bids, asks } = this.#levels;
    const { batch } = this.#output;
    switch (this.#levels.takeChanges()) {
      case "snapshot":
        batch.addSnapshot(true, ...stamps, bids, asks);
        return;
      case "delta":
        batch.addDelta(true, ...stamps, bids, asks);
    }
  }

  #priceTicks(bytes: Buffer, at: number): number {
    const price = priceAt(bytes, at + 24);
    if (price === undefined) throw new LineFault("order without a price");
    return this.#instrument.ticksOfUnits(price, PRICE_DECIMALS);
  }

  /** Counted once for each time without a book; not at all before the first. */
  #loseBook(): void {
    if (this.#hasBook && !this.#inGap) this.#output.counts.gaps += 1;
    this.#inGap = this.#hasBook || this.#inGap;
    this.#hasBook = false;
  }
}

function sequenceAt(bytes: Buffer, at: number): bigint {
  return BigInt(bytes.readUInt32LE(at + 52));
}

function orderId(bytes: Buffer, at: number): OrderId {
  const high = bytes.readUInt32LE(at + 4);
  return high < 2 ** 21 ? high * 2 ** 32 + bytes.readUInt32LE(at) : bytes.readBigUInt64LE(at);
}

/** @throws LineFault */
function orderSide(letter: number): OrderSide {
  if (letter === 0x42) return "bid";
  if (letter === 0x41) return "ask";
  throw new LineFault(`an order's side is ${JSON.stringify(String.fromCharCode(letter))}, not A or B`);
}
