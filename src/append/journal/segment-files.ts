/** The files of a journal, as the last writer has left them. */
import { join } from "node:path";
import { HOLDER_NAME, SEGMENT_NAME } from "../../store/shared-lease.ts";
import type { AppendFiles } from "../files.ts";
import type { JournalContent } from "./read-journal.ts";

/** Names of the segments in a journal's directory, in their order. */
export async function segmentsIn(files: AppendFiles, directory: string): Promise<string[]> {
  return (await files.list(directory)).filter((name) => SEGMENT_NAME.test(name));
}

export async function readSegments(
  files: AppendFiles,
  directory: string,
  segments: readonly string[],
): Promise<{ path: string; bytes: Uint8Array }[]> {
  const content = [];
  for (const name of segments) {
    const path = join(directory, name);
    const file = await files.open(path);
    if (file === undefined) continue;
    try {
      // A process that was killed leaves frames that no sync has covered; what is built on them now must not outlive them.
      await file.sync();
      content.push({ path, bytes: await file.read(0, await file.size()) });
    } finally {
      await file.close();
    }
  }
  return content;
}

/** Above all that was ever used: a segment is named by its first frame, and a torn one has the name of a frame. */
export function nextSequenceOf({ segments }: JournalContent, names: readonly string[]): number {
  let last = -1;
  for (const name of names) last = Math.max(last, Number.parseInt(name, 16));
  for (const { frames } of segments) last = Math.max(last, frames.at(-1)?.sequence ?? -1);
  return last + 1;
}

/** Takes away what writers have put there, the oldest rows first, and the directory, unless there is more in it. */
export async function removeJournal(files: AppendFiles, directory: string): Promise<void> {
  for (const name of await segmentsIn(files, directory)) await files.remove(join(directory, name));
  await files.remove(join(directory, HOLDER_NAME));
  await files.removeDirectory(directory);
}
