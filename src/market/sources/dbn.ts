/**
 * Databento's binary encoding, DBN, versions 1 to 3: MBO, MBP-1, MBP-10, TBBO, trades and OHLCV bars.
 *
 * Metadata first (`dbn/metadata.ts`), then records of 16 to 1,020 bytes (`dbn/record.ts`), which no version has
 * changed for these schemas. How orders become a book is in `dbn/order-levels.ts`.
 *
 * https://databento.com/docs/standards-and-conventions/databento-binary-encoding
 */
import { QuarryError } from "../../errors.ts";
import { captureBytes } from "./capture-bytes.ts";
import type { CaptureOptions } from "./capture-source.ts";
import { DbnDecoder, type DbnRecords } from "./dbn/decoder.ts";
import { type DbnMetadata, MetadataReader } from "./dbn/metadata.ts";
import { RECORD_BYTES_MIN, recordBytes } from "./dbn/record.ts";
import type { CaptureFormat } from "./decoder.ts";

export const DBN: CaptureFormat<DbnRecords> = {
  quotes: "book",
  recognises: ({ bytes }) => bytes.toString("latin1", 0, 3) === "DBN",
  blocks: dbnRecords,
  decoder: (instrument, output) => new DbnDecoder(instrument, output),
};

async function* dbnRecords(files: readonly string[], { signal }: CaptureOptions): AsyncGenerator<DbnRecords> {
  for (const file of files) {
    const metadataReader = new MetadataReader(file);
    let metadata: DbnMetadata | undefined;
    let carried = Buffer.alloc(0);
    let firstRecord = 1;
    for await (const chunk of captureBytes(file, signal)) {
      let bytes = chunk;
      if (metadata === undefined) {
        metadataReader.push(chunk);
        const read = metadataReader.read();
        if (read === undefined) continue;
        metadata = read.metadata;
        bytes = read.rest;
      } else if (carried.length > 0) bytes = Buffer.concat([carried, chunk]);
      const { end, count } = wholeRecords(bytes, file, firstRecord);
      if (count > 0) yield { file, bytes: bytes.subarray(0, end), metadata, firstRecord };
      firstRecord += count;
      carried = Buffer.from(bytes.subarray(end));
    }
    if (signal?.aborted) return;
    if (metadata === undefined || carried.length > 0) {
      const where = metadata === undefined ? "metadata" : `record ${firstRecord}`;
      throw new QuarryError("CAPTURE_INVALID", `${file} ends in the middle of its ${where}`, { path: file });
    }
  }
}

/** How many records lie whole in `bytes`, and where they end. */
function wholeRecords(bytes: Buffer, file: string, firstRecord: number): { end: number; count: number } {
  let end = 0;
  let count = 0;
  while (end < bytes.length) {
    const length = recordBytes(bytes, end);
    if (length < RECORD_BYTES_MIN) {
      const message = `${file} is damaged: record ${firstRecord + count} says that it has ${length} bytes`;
      throw new QuarryError("CAPTURE_INVALID", message, { path: file });
    }
    if (end + length > bytes.length) break;
    end += length;
    count += 1;
  }
  return { end, count };
}
