/** What the schemas of snapshots and of features computed from them share: rows that follow one array of times. */

export interface SeriesOptions {
  /**
   * Name of the dimension along which rows are appended, which is also that of the array with their times. Default
   * `timestamps`; `ts_event` for features that stand in a book store.
   */
  readonly timeDimension?: string | undefined;
  /** Level of zstd in derived chains, 1 … 22, default 9. */
  readonly zstdLevel?: number | undefined;
}

export const TIME_DIMENSION = "timestamps";
