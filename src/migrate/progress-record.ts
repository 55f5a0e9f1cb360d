/**
 * How far a migration has come, in a file that is only appended to: a line of JSON each.
 *
 *     {"format":1,"identity":"<sha256>"}                                            what is being migrated, and how
 *     {"array":"/data","firstObject":0,"objectCount":1,"lost":[…]}                  a window that is on the disk
 *
 * A line that a killed process has left unfinished says nothing, and its window is written again. `identity` is the
 * hash of everything that decides which bytes are written; the record of another migration is not continued.
 */
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { isJsonObject, type JsonObject, type JsonValue } from "../metadata/json.ts";
import type { NodePath } from "../metadata/node-name.ts";
import type { SourceFault } from "./report.ts";

const FORMAT = 1;

interface FinishedWindow {
  readonly array: NodePath;
  readonly firstObject: number;
  readonly objectCount: number;
  /** Chunks of the source that the window touches and that are lost. */
  readonly lost: readonly SourceFault[];
}

/** What is on the disk of one array. */
export class FinishedObjects {
  readonly #objects = new Set<number>();
  readonly #lost = new Map<string, SourceFault>();

  add({ firstObject, objectCount, lost }: Omit<FinishedWindow, "array">): void {
    for (let i = 0; i < objectCount; i++) this.#objects.add(firstObject + i);
    for (const fault of lost) this.#lost.set(String(fault.chunk), fault);
  }

  has(firstObject: number, objectCount: number): boolean {
    for (let i = 0; i < objectCount; i++) if (!this.#objects.has(firstObject + i)) return false;
    return true;
  }

  get lost(): readonly SourceFault[] {
    return [...this.#lost.values()];
  }
}

export class ProgressRecord {
  readonly #file: string;
  readonly #finished = new Map<NodePath, FinishedObjects>();

  /** Begins a new record. */
  static async begin(file: string, identity: string): Promise<ProgressRecord> {
    await writeFile(file, `${JSON.stringify({ format: FORMAT, identity })}\n`, { flag: "wx" });
    return new ProgressRecord(file, []);
  }

  /** Continues the record of the same migration; undefined where `file` is that of another one. */
  static async resume(file: string, identity: string): Promise<ProgressRecord | undefined> {
    const text = await readFile(file, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    const [head, ...lines] = readableLines(whole);
    if (head?.format !== FORMAT || head.identity !== identity) return undefined;
    // What a killed process has begun to write would run into the next line.
    if (whole !== text) await writeFile(file, whole);
    return new ProgressRecord(file, finishedWindows(lines));
  }

  private constructor(file: string, windows: readonly FinishedWindow[]) {
    this.#file = file;
    for (const window of windows) this.finishedOf(window.array).add(window);
  }

  finishedOf(array: NodePath): FinishedObjects {
    let finished = this.#finished.get(array);
    if (finished === undefined) {
      finished = new FinishedObjects();
      this.#finished.set(array, finished);
    }
    return finished;
  }

  async add(
    array: NodePath,
    { firstObject, objectCount }: { readonly firstObject: number; readonly objectCount: number },
    lost: readonly SourceFault[],
  ): Promise<void> {
    const line: FinishedWindow = { array, firstObject, objectCount, lost };
    await appendFile(this.#file, `${JSON.stringify(line)}\n`);
    this.finishedOf(array).add(line);
  }
}

/** Up to the first line that a power cut has left as something else. */
function readableLines(text: string): JsonObject[] {
  const lines: JsonObject[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    try {
      const json: JsonValue = JSON.parse(line);
      if (!isJsonObject(json)) break;
      lines.push(json);
    } catch {
      break;
    }
  }
  return lines;
}

/** Up to the first line that says something else. */
function finishedWindows(lines: readonly unknown[]): readonly FinishedWindow[] {
  const end = lines.findIndex((line) => !isFinishedWindow(line as Partial<FinishedWindow>));
  return (end === -1 ? lines : lines.slice(0, end)) as readonly FinishedWindow[];
}

function isFinishedWindow({ array, firstObject, objectCount, lost }: Partial<FinishedWindow>): boolean {
  const areCounts = [firstObject, objectCount].every((count) => Number.isSafeInteger(count) && count! >= 0);
  return typeof array === "string" && areCounts && Array.isArray(lost);
}
