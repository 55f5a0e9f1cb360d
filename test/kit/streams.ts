/** Streams that remember what a command wrote to them. */
import { PassThrough } from "node:stream";

export interface RecordedStreams {
  readonly stdout: PassThrough;
  readonly stderr: PassThrough;
  /** Everything written so far. */
  text(name: "stdout" | "stderr"): string;
}

export function recordedStreams(): RecordedStreams {
  const written = { stdout: "", stderr: "" };
  const record = (name: "stdout" | "stderr") => {
    const stream = new PassThrough();
    stream.on("data", (bytes) => {
      written[name] += bytes;
    });
    return stream;
  };
  return { stdout: record("stdout"), stderr: record("stderr"), text: (name) => written[name] };
}
