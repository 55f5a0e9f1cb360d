/** Lines of a CSV file into bars or trades. The first line of each file is its header. */
import { QuarryError } from "../../../errors.ts";
import { SIDE_CODES } from "../../book-rows.ts";
import type { LineBlock } from "../capture-lines.ts";
import { decodeLines } from "../decode-lines.ts";
import type { Decoder, DecoderOutput } from "../decoder.ts";
import { UNKNOWN_TIME_NS } from "../events.ts";
import type { InstrumentGrid } from "../instrument.ts";
import { LineFault } from "../refused-lines.ts";
import { type ColumnMap, columnMapOf, type Field } from "./column-map.ts";
import { csvFields, headerOf } from "./csv-line.ts";
import { timeTextToNs } from "./time-text.ts";

const SIDES: Readonly<Record<string, number>> = {
  buy: SIDE_CODES.B,
  b: SIDE_CODES.B,
  sell: SIDE_CODES.A,
  s: SIDE_CODES.A,
};

export class CsvDecoder implements Decoder<LineBlock> {
  readonly #instrument: InstrumentGrid;
  readonly #output: DecoderOutput;
  readonly #givenColumns: Readonly<Record<string, string>>;
  #delimiter = ",";
  #columnCount = 0;
  #columns: ColumnMap | undefined;
  #trades = 0n;

  /** @param givenColumns names in the header, by field */
  constructor(
    instrument: InstrumentGrid,
    output: DecoderOutput,
    givenColumns: Readonly<Record<string, string>>,
  ) {
    this.#instrument = instrument;
    this.#output = output;
    this.#givenColumns = givenColumns;
  }

  decode(block: LineBlock): void {
    if (block.firstLine === 1) this.#columns = undefined;
    decodeLines(block, this.#output.refused, (start, end) => {
      const line = block.bytes.toString("utf8", start, end);
      const columns = this.#columns;
      if (columns === undefined) this.#readHeader(line, block.file);
      else if (columns.kind === "bars") this.#addBar(this.#fieldsOf(line, columns));
      else this.#addTrade(this.#fieldsOf(line, columns));
    });
  }

  end(): void {}

  #readHeader(line: string, file: string): void {
    const { names, delimiter } = headerOf(line);
    try {
      this.#columns = columnMapOf(names, this.#givenColumns);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      throw new QuarryError("CAPTURE_INVALID", `${file} has ${cause.message}`, { path: file, cause });
    }
    this.#delimiter = delimiter;
    this.#columnCount = names.length;
  }

  /** The text of a field; `undefined` where the file has no such column, or nothing in it. */
  #fieldsOf(line: string, { at }: ColumnMap): (field: Field) => string | undefined {
    const values = csvFields(line, this.#delimiter);
    if (values.length !== this.#columnCount) {
      throw new LineFault(`has ${values.length} fields instead of ${this.#columnCount}`);
    }
    this.#instrument.takes(undefined);
    return (field) => {
      const position = at[field];
      const text = position === undefined ? "" : values[position]!.trim();
      return text === "" ? undefined : text;
    };
  }

  #addBar(field: (name: Field) => string | undefined): void {
    const eventNs = timeTextToNs(required(field, "time"));
    const [open, high, low, close] = (["open", "high", "low", "close"] as const).map((name) =>
      this.#instrument.signedTicks(required(field, name)),
    ) as [number, number, number, number];
    this.#output.batch.addBar(eventNs, open, high, low, close, volumeOf(field("volume")));
  }

  #addTrade(field: (name: Field) => string | undefined): void {
    const eventNs = timeTextToNs(required(field, "time"));
    const priceTicks = this.#instrument.signedTicks(required(field, "price"));
    const sizeLots = this.#instrument.lots(required(field, "size"));
    if (sizeLots === 0) throw new LineFault("trade of size 0");
    const side = sideOf(field("side"));
    const id = field("id");
    const tradeId = id === undefined ? this.#trades + 1n : idOf(id);
    this.#trades += 1n;
    this.#output.batch.addTrade(eventNs, UNKNOWN_TIME_NS, tradeId, priceTicks, sizeLots, side);
  }
}

function required(field: (name: Field) => string | undefined, name: Field): string {
  const text = field(name);
  if (text === undefined) throw new LineFault(`${name} is missing`);
  return text;
}

function volumeOf(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const volume = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(volume)) return volume;
  throw new LineFault(`volume ${JSON.stringify(text.slice(0, 40))} is not a number from 0`);
}

function sideOf(text: string | undefined): number {
  if (text === undefined) return SIDE_CODES.N;
  const side = SIDES[text.toLowerCase()];
  if (side !== undefined) return side;
  throw new LineFault(`side ${JSON.stringify(text.slice(0, 40))} is neither buy nor sell`);
}

function idOf(text: string): bigint {
  const id = /^\d{1,19}$/.test(text) ? BigInt(text) : -1n;
  if (id >= 0n && BigInt.asIntN(64, id) === id) return id;
  throw new LineFault(`id ${JSON.stringify(text.slice(0, 40))} is not a whole number of 64 bits`);
}
