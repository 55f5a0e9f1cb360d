/** From settings to what is to be ingested: one job a symbol. What is given with the call counts more than the file. */
import { join, resolve } from "node:path";
import { QuarryError } from "../../errors.ts";
import type { IngestOptions } from "../ingest.ts";
import { captureFiles } from "./capture-files.ts";
import type { QuarrySettings, SymbolSettings } from "./quarry-toml.ts";

/** What a call may say in place of the file. Paths are relative to the working directory. */
export type IngestOverrides = Partial<Omit<IngestOptions, "files" | "symbol" | "signal" | "onProgress">>;

/** One symbol's ingest. Its files are looked up when its turn comes, so that its lack of any is its own failure. */
export interface IngestJob {
  readonly symbol: string;
  /** @throws QuarryError `NOT_FOUND`, `STORE_FAILED` */
  options(): Promise<IngestOptions>;
}

/**
 * The jobs of all symbols in `settings`, or of `symbol` alone.
 * @throws QuarryError `CONFIG_INVALID` where the file leaves out what is needed, or has no such symbol
 */
export function ingestJobs(
  settings: QuarrySettings,
  overrides: IngestOverrides = {},
  symbol?: string,
): IngestJob[] {
  const { file, symbols } = settings;
  if (symbols.length === 0) throw invalid(file, "symbols is missing: which captures are to be read?");
  const chosen = symbol === undefined ? symbols : symbols.filter(({ name }) => name === symbol);
  if (chosen.length === 0) {
    throw invalid(file, `there is no symbol ${symbol}, but ${symbols.map(({ name }) => name).join(", ")}`);
  }
  if (chosen.length > 1 && (overrides.tickSize ?? overrides.lotSize) !== undefined) {
    throw invalid(file, "a tick or a lot is of one symbol: say which, or write it into the file");
  }
  const shared = settingsOptions(settings);
  const out = overrides.out ?? shared.out;
  if (out === undefined) throw invalid(file, "output is missing: where are the stores to be?");
  return chosen.map((each) => ({
    symbol: each.name,
    options: async () => {
      const options = { ...shared, ...symbolOptions(each), ...given(overrides) };
      const files = await captureFiles(inputOf(settings), each.files ?? [join(each.name, "*")]);
      return { ...options, out, symbol: each.name, files };
    },
  }));
}

/**
 * The job of captures that are given with the call: settings are for what the call leaves out, those of the symbol
 * first. Paths of `files` are relative to the working directory.
 * @throws QuarryError `CONFIG_INVALID` where neither says the output
 */
export function captureJob(
  symbol: string,
  files: readonly string[],
  overrides: IngestOverrides,
  settings?: QuarrySettings,
): IngestJob {
  const own = settings?.symbols.find(({ name }) => name === symbol);
  const options = {
    ...(settings && settingsOptions(settings)),
    ...(own && symbolOptions(own)),
    ...given(overrides),
  };
  const { out } = options;
  const where = settings?.file ?? "these captures";
  if (out === undefined) throw invalid(where, "output is missing: where are the stores to be?");
  return { symbol, options: async () => ({ ...options, out, symbol, files }) };
}

/** What `settings` say of every capture, without its files. */
function settingsOptions(settings: QuarrySettings): IngestOverrides {
  const { directory, output } = settings;
  return given({
    out: output === undefined ? undefined : resolve(directory, output),
    format: settings.format,
    levels: settings.levels,
    refusedMax: settings.maxRefused,
    priceType: settings.priceType,
    sizeType: settings.sizeType,
    partition: settings.partition,
    preset: settings.preset,
    zstdLevel: settings.zstdLevel,
    tryCodecs: settings.tryCodecs,
    disableSharding: settings.disableSharding,
    maxConcurrentWrites: settings.maxConcurrentWrites,
    lateToleranceNs: lateToleranceNs(settings.lateToleranceMs),
    sync: settings.sync,
    overwrite: settings.overwrite,
  });
}

function symbolOptions(symbol: SymbolSettings): IngestOverrides {
  const { name: _, files: __, maxRefused: refusedMax, ...others } = symbol;
  return given({ ...others, refusedMax });
}

/** Whole nanoseconds of `milliseconds`. */
export function lateToleranceNs(milliseconds: number | undefined): bigint | undefined {
  return milliseconds === undefined ? undefined : BigInt(Math.round(milliseconds * 1e6));
}

function inputOf({ directory, input = "." }: QuarrySettings): string {
  return resolve(directory, input);
}

type Given<Options> = { readonly [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/** Without what is undefined, so that it does not hide what another one says. */
function given<Options extends object>(options: Options): Given<Options> {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Given<Options>;
}

function invalid(file: string, message: string): QuarryError {
  return new QuarryError("CONFIG_INVALID", `${file}: ${message}`, { path: file });
}
