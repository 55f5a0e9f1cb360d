/** A line on the terminal that says how far an ingest has come; nothing where stderr is no terminal. */
import type { CaptureStatistics } from "../market/sources/capture-source.ts";
import type { CommandStreams } from "./command.ts";
import { byteText, grouped } from "./quantities.ts";

/** Often enough to look alive, seldom enough to cost nothing. */
const INTERVAL_MS = 200;
const ERASE_LINE = "\r\u001b[2K";

export interface IngestProgress {
  readonly show: ((statistics: CaptureStatistics) => void) | undefined;
  end(): void;
}

export function ingestProgress(stream: CommandStreams["stderr"]): IngestProgress {
  if (stream.isTTY !== true) return { show: undefined, end() {} };
  const started = performance.now();
  let shown = started;
  return {
    show({ captureBytes, rows }) {
      const now = performance.now();
      if (now - shown < INTERVAL_MS) return;
      shown = now;
      const rate = byteText((captureBytes / (now - started)) * 1000);
      stream.write(`${ERASE_LINE}${byteText(captureBytes)} read, ${grouped(rows)} book rows, ${rate}/s`);
    },
    end() {
      if (shown > started) stream.write(ERASE_LINE);
    },
  };
}
