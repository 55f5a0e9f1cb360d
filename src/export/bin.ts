/**
 * `.bin`: the items and nothing else, in C order, little-endian. What they are says a note beside the file,
 * `px.bin.json`, with NumPy's data type; `quarry migrate` reads the two as they are.
 *
 * ```json
 * { "scale_factor": 0.1, "shape": [400, 20], "dtype": "<i4", "order": "C" }
 * ```
 *
 * The array's attributes stand beside shape and data type, as they do in notes of others.
 */
import { type JsonObject, stringifyJson } from "../metadata/json.ts";
import type { ExportFormat } from "./format.ts";
import { bytesOfRun } from "./npy.ts";
import { type NumpyDescription, numpyDescription } from "./numpy-dtype.ts";

export const bin: ExportFormat = {
  ending: ".bin",
  plan(array, _name, file) {
    const note: JsonObject = {
      ...array.attributes,
      shape: [...array.shape],
      dtype: jsonOf(numpyDescription(array.dataType, array.path)),
      order: "C",
    };
    return {
      sidecars: new Map([[`${file}.json`, new TextEncoder().encode(`${stringifyJson(note)}\n`)]]),
      async write(draft, runs) {
        for await (const run of runs) await draft.write(bytesOfRun(run, array));
      },
    };
  },
};

function jsonOf(description: NumpyDescription): JsonObject[string] {
  if (typeof description === "string") return description;
  return description.map(([name, type]) => [name, jsonOf(type)]);
}
