/**
 * The simulated exchange as a raw capture: the lines that a collector of Binance USD-M futures would write,
 * `<local clock, ns> <json>`. The snapshot comes late, after diffs that continue it, as it does in life.
 */
import { type Level, type MarketStep, SimulatedExchange, type SimulatedTrade } from "./exchange.ts";
import { SeededRandom } from "./random.ts";

export interface SimulationOptions {
  /** Default 1. The same seed gives the same bytes. */
  readonly seed?: number;
  /** Depth diffs in the capture, default 20,000: about twelve minutes of market and 12 MB of text. */
  readonly steps?: number;
  /** Default `SIMUSDT`. */
  readonly symbol?: string;
  /** Milliseconds since 1970 of the first event; default Thursday 2024-08-08 12:00 UTC. */
  readonly startMs?: number;
  /** A further snapshot every so many diffs; default none but the first. */
  readonly snapshotEverySteps?: number;
  /** Called after each step with the exchange as it then stands, for tests that want the true book. */
  readonly onStep?: (step: MarketStep, exchange: SimulatedExchange) => void;
}

export const SIMULATED_TICK_SIZE = "0.01";
export const SIMULATED_LOT_SIZE = "0.001";
const PRICE_DECIMALS = 2;
const SIZE_DECIMALS = 3;

const FIRST_SNAPSHOT_STEP = 5;
/** A snapshot is taken on the exchange so many steps before its answer arrives. */
const SNAPSHOT_DELAY_STEPS = 3;
const SNAPSHOT_LEVELS = 1000;
const START_MS = Date.UTC(2024, 7, 8, 12);
const NS_PER_MS = 1_000_000;

/** The lines of a capture, without line feeds. */
export function* simulateCapture(options: SimulationOptions = {}): Generator<string> {
  const { seed = 1, steps = 20_000, symbol = "SIMUSDT", snapshotEverySteps } = options;
  const exchange = new SimulatedExchange(seed);
  const wire = new WireFormat(symbol, options.startMs ?? START_MS, seed);
  const arrivesAt = (index: number) =>
    index === FIRST_SNAPSHOT_STEP ||
    (snapshotEverySteps !== undefined &&
      index > FIRST_SNAPSHOT_STEP &&
      (index - FIRST_SNAPSHOT_STEP) % snapshotEverySteps === 0);
  let snapshot: string | undefined;
  for (let index = 0; index < steps; index += 1) {
    const step = exchange.step();
    options.onStep?.(step, exchange);
    wire.advance(step.elapsedMs);
    for (const trade of step.trades) yield wire.trade(trade);
    const ticker = step.bestChanged ? wire.ticker(exchange) : undefined;
    if (ticker !== undefined && index % 2 === 0) yield ticker;
    yield wire.diff(step);
    if (ticker !== undefined && index % 2 === 1) yield ticker;
    if (arrivesAt(index + SNAPSHOT_DELAY_STEPS)) snapshot = wire.snapshot(exchange);
    if (arrivesAt(index) && snapshot !== undefined) yield wire.stamped(snapshot);
  }
}

class WireFormat {
  readonly #symbol: string;
  readonly #stream: string;
  readonly #random: SeededRandom;
  #eventMs: number;
  #localNs = 0n;

  constructor(symbol: string, startMs: number, seed: number) {
    this.#symbol = symbol;
    this.#stream = symbol.toLowerCase();
    this.#random = new SeededRandom(seed ^ 0x5eed);
    this.#eventMs = startMs;
  }

  advance(elapsedMs: number): void {
    this.#eventMs += elapsedMs;
  }

  diff(step: MarketStep): string {
    return this.stamped(
      `{"stream":"${this.#stream}@depth@0ms","data":{"e":"depthUpdate",${this.#head()},"U":${step.firstUpdateId},` +
        `"u":${step.lastUpdateId},"pu":${step.previousUpdateId},"b":${levels(step.bids)},"a":${levels(step.asks)}}}`,
    );
  }

  trade(trade: SimulatedTrade): string {
    return this.stamped(
      `{"stream":"${this.#stream}@trade","data":{"e":"trade",${this.#head()},"t":${trade.tradeId},` +
        `"p":"${price(trade.priceTicks)}","q":"${size(trade.sizeLots)}","X":"MARKET","m":${trade.buyerIsMaker}}}`,
    );
  }

  ticker(exchange: SimulatedExchange): string {
    const [[bidTicks, bidLots]] = exchange.top("bid", 1) as [Level];
    const [[askTicks, askLots]] = exchange.top("ask", 1) as [Level];
    return this.stamped(
      `{"stream":"${this.#stream}@bookTicker","data":{"e":"bookTicker","u":${exchange.lastUpdateId},` +
        `"s":"${this.#symbol}","b":"${price(bidTicks)}","B":"${size(bidLots)}","a":"${price(askTicks)}",` +
        `"A":"${size(askLots)}","T":${this.#eventMs},"E":${this.#eventMs + 1}}}`,
    );
  }

  /** The answer to a REST request for the book. */
  snapshot(exchange: SimulatedExchange): string {
    const bids = levels(exchange.top("bid", SNAPSHOT_LEVELS));
    const asks = levels(exchange.top("ask", SNAPSHOT_LEVELS));
    return (
      `{"lastUpdateId":${exchange.lastUpdateId},"E":${this.#eventMs + 1},"T":${this.#eventMs},` +
      `"bids":${bids},"asks":${asks}}`
    );
  }

  /** Puts the local clock, some milliseconds behind the exchange and never going back, before a message. */
  stamped(message: string): string {
    const latencyNs = this.#random.between(2 * NS_PER_MS, 6 * NS_PER_MS);
    const arrivalNs = BigInt(this.#eventMs) * BigInt(NS_PER_MS) + BigInt(latencyNs);
    this.#localNs = arrivalNs > this.#localNs ? arrivalNs : this.#localNs + 1000n;
    return `${this.#localNs} ${message}`;
  }

  #head(): string {
    return `"E":${this.#eventMs + 1},"T":${this.#eventMs},"s":"${this.#symbol}"`;
  }
}

function levels(list: readonly Level[]): string {
  return `[${list.map(([ticks, lots]) => `["${price(ticks)}","${size(lots)}"]`).join(",")}]`;
}

function price(ticks: number): string {
  return fixed(ticks, PRICE_DECIMALS);
}

function size(lots: number): string {
  return fixed(lots, SIZE_DECIMALS);
}

/** Exchanges write trailing zeros: `100.50`. */
function fixed(units: number, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
