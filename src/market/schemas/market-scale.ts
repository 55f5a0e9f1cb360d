/** What prices and sizes of an instrument are counted in. */
import type { StepTypeOptions } from "../step-types.ts";

export interface MarketScale extends StepTypeOptions {
  /** Decimal text, such as `"0.1"`. */
  readonly tickSize: string;
  readonly lotSize: string;
  /** Units of prices, such as `"USDT"`. Default: none are written. */
  readonly priceUnits?: string | undefined;
  /** Units of sizes, such as `"BTC"`. Default: none are written. */
  readonly sizeUnits?: string | undefined;
}
