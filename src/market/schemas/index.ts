/** Ready-made schemas. One is a file beside this one, and a line here. */
export { barsSchema } from "./bars.ts";
export { type BookScale, bookSchema, LEVELS_MAX } from "./book.ts";
export { type FutureOpportunitiesOptions, futureOpportunitiesSchema } from "./future-opportunities.ts";
export { hurstExponentSchema } from "./hurst-exponent.ts";
export type { MarketScale } from "./market-scale.ts";
export { midPriceGroup } from "./mid-price.ts";
export { normalizationFeaturesSchema } from "./normalization-features.ts";
export { normalizedBookSchema } from "./normalized-book.ts";
export { priceVolumeSchema } from "./price-volume.ts";
export { type RawBookOptions, rawBookSchema } from "./raw-book.ts";
export type { SeriesOptions } from "./series.ts";
export { snapshotMetadataSchema } from "./snapshot-metadata.ts";
export { timestampsSchema } from "./timestamps.ts";
export { tradesSchema } from "./trades.ts";
