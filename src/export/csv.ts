/**
 * `.csv`: text that everything reads, RFC 4180 with line feeds. A line of column names, then a line for each row.
 *
 * Numbers are written so that they read back as the same number of the same type: 64-bit integers with all digits,
 * floats as the shortest decimal. NaN is `nan`, infinities are `inf` and `-inf`, times ISO 8601 with the digits that
 * their unit has, a time that is none an empty cell.
 */
import { QuarryError } from "../errors.ts";
import type { DataType, TimeType } from "../metadata/data-type.ts";
import { type FloatBytes, shortestDecimal } from "../metadata/float.ts";
import type { ExportFormat } from "./format.ts";
import { columnNames } from "./table-columns.ts";

type CellText = (item: unknown) => string;

/** Characters that are handed to the file at a time. */
const TEXT_CHARACTERS = 2 ** 20;

export const csv: ExportFormat = {
  ending: ".csv",
  plan(array, name) {
    const cellText = cellTextOf(array.dataType, array.path);
    const columns = columnNames(array, name);
    return {
      async write(file, runs) {
        const encoder = new TextEncoder();
        let text = `${columns.map(quoted).join(",")}\n`;
        for await (const { data } of runs) {
          const items = data as ArrayLike<unknown>;
          for (let item = 0; item < items.length; item += columns.length) {
            for (let column = 0; column < columns.length; column += 1) {
              if (column > 0) text += ",";
              text += cellText(items[item + column]);
            }
            text += "\n";
            if (text.length < TEXT_CHARACTERS) continue;
            await file.write(encoder.encode(text));
            text = "";
          }
        }
        await file.write(encoder.encode(text));
      },
    };
  },
};

/** @throws QuarryError `UNSUPPORTED_DATA_TYPE` for items that are no text */
function cellTextOf(dataType: DataType, path: string): CellText {
  switch (dataType.kind) {
    case "bool":
      return (item) => (item === 0 ? "false" : "true");
    case "int":
    case "uint":
      return String;
    case "float":
      return (item) => floatText(item as number, dataType.itemBytes as FloatBytes);
    case "datetime":
      return timeTextOf(dataType, path);
    case "string":
    case "fixed-unicode":
      return (item) => quoted(item as string);
    default: {
      const message = `${path} holds ${dataType.name}, for which .csv has no text; .npy takes items of any fixed size`;
      throw new QuarryError("UNSUPPORTED_DATA_TYPE", message, { path });
    }
  }
}

function floatText(value: number, bytes: FloatBytes): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(shortestDecimal(value, bytes));
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function quoted(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Digits of a second's fraction, by the unit. */
const FRACTION_DIGITS: Readonly<Record<string, number>> = { s: 0, ms: 3, us: 6, μs: 6, ns: 9 };
const NOT_A_TIME = -(2n ** 63n);
/** What `Date` holds, in seconds. */
const SECONDS_MAX = 8_640_000_000_000n;

function timeTextOf({ unit, scaleFactor, name }: TimeType, path: string): CellText {
  const digits = FRACTION_DIGITS[unit];
  if (digits === undefined) {
    const message = `${path} holds ${name} in units of ${unit}, for which .csv has no text`;
    throw new QuarryError("UNSUPPORTED_DATA_TYPE", message, { path });
  }
  const perSecond = 10n ** BigInt(digits);
  return (item) => {
    if (item === NOT_A_TIME) return "";
    const units = (item as bigint) * BigInt(scaleFactor);
    const fraction = ((units % perSecond) + perSecond) % perSecond;
    const seconds = (units - fraction) / perSecond;
    if (seconds > SECONDS_MAX || seconds < -SECONDS_MAX) {
      throw new QuarryError("VALUE_INVALID", `${path}: ${item} ${unit} since 1970 is no date`, { path });
    }
    const whole = new Date(Number(seconds) * 1000).toISOString().replace(/\.000Z$/, "");
    return `${whole}${digits === 0 ? "" : `.${String(fraction).padStart(digits, "0")}`}Z`;
  };
}
