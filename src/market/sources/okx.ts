/**
 * Raw captures of OKX's public websocket: the `books` channels (a snapshot, then updates) and `trades`.
 *
 * Several files are one stream. What a line is stands in `okx/message.ts`, how updates become a book, and how the
 * exchange's checksum and sequence ids guard it, in `okx/book-sync.ts`.
 */
import { type LineBlock, linesOfFiles } from "./capture-lines.ts";
import type { CaptureFormat } from "./decoder.ts";
import { OkxDecoder } from "./okx/decoder.ts";
import { isOkxMessage } from "./okx/message.ts";

export const OKX: CaptureFormat<LineBlock> = {
  quotes: "check",
  recognises: ({ lines }) => lines.some(isOkxMessage),
  blocks: (files, { signal }) => linesOfFiles(files, signal),
  decoder: (instrument, output) => new OkxDecoder(instrument, output),
};
