/** A writer at work on the known store, with a record of what it was asked for, and of what it has said is done. */
import { join } from "node:path";
import type { AppendFiles } from "../../../src/append/files.ts";
import { openWriterOn, type WriterOptions } from "../../../src/append/open-writer.ts";
import type { StoreWriter } from "../../../src/append/writer.ts";
import type { TypedArrayOf } from "../../../src/metadata/typed-array.ts";
import {
  ATTRIBUTES,
  arraysOf,
  type KnownContent,
  LATE_ARRAYS,
  type LateArray,
  MOOD_DAYS,
  STORE_NAME,
  TABLES,
} from "./known-store.ts";

/** What holds from the moment on when `at` operations were done. */
interface Said {
  readonly at: number;
  readonly kind: "asked" | "kept" | "shown";
  readonly content: KnownContent;
}

/** What a store may hold at some moment. */
export interface Expectation {
  /** Readers must see this. */
  readonly shown: KnownContent;
  /** After recovery this must be there. */
  readonly kept: KnownContent;
  /** More has not been asked for. */
  readonly asked: KnownContent;
  /** Rows of each table with which a batch ends. */
  readonly batchEnds: Readonly<Record<string, ReadonlySet<number>>>;
}

export const NOTHING: KnownContent = {
  rows: Object.fromEntries(Object.keys(TABLES).map((group) => [group, 0])),
  late: [],
  isFinal: false,
};

export class Ledger {
  readonly #said: Said[] = [];
  readonly #batchEnds: Record<string, Set<number>> = {};
  readonly #operationsDone: () => number;

  constructor(
    operationsDone: () => number,
    before: Expectation = { shown: NOTHING, kept: NOTHING, asked: NOTHING, batchEnds: {} },
  ) {
    this.#operationsDone = operationsDone;
    for (const group of Object.keys(TABLES)) {
      this.#batchEnds[group] = new Set(before.batchEnds[group] ?? [0]);
    }
    for (const kind of ["asked", "kept", "shown"] as const) {
      this.#said.push({ at: 0, kind, content: before[kind] });
    }
  }

  /** The store holds `content` now: readers see it, and recovery keeps it. */
  opened(content: KnownContent): void {
    for (const [group, rows] of Object.entries(content.rows)) this.#batchEnds[group]!.add(rows);
    for (const kind of ["asked", "kept", "shown"] as const) this.say(kind, () => content);
  }

  say(kind: Said["kind"], change: (content: KnownContent) => KnownContent): void {
    const content = change(this.latest(kind));
    if (kind === "asked") {
      for (const [group, rows] of Object.entries(content.rows)) this.#batchEnds[group]!.add(rows);
    }
    this.#said.push({ at: this.#operationsDone(), kind, content });
  }

  latest(kind: Said["kind"], at = Number.POSITIVE_INFINITY): KnownContent {
    return this.#said.findLast((said) => said.kind === kind && said.at <= at)!.content;
  }

  /** What a crash may leave when `at` operations are done. */
  at(at: number): Expectation {
    return {
      shown: this.latest("shown", at),
      kept: this.latest("kept", at),
      asked: this.latest("asked", at),
      batchEnds: this.#batchEnds,
    };
  }
}

/** A clock that a test turns on; places that no index points to any more are used again after 10 ms of it. */
export class TestClock {
  readonly graceMs = 10;
  #nowMs = 0;
  nowMs(): number {
    return this.#nowMs;
  }
  advance(milliseconds: number): void {
    this.#nowMs += milliseconds;
  }
}

export interface SessionOptions extends Pick<WriterOptions, "sync" | "syncIntervalMs" | "onRecovered"> {
  /** When an acknowledged row is safe from what the test does: at once, or with the next commit. Default: at once. */
  readonly keptBy?: "append" | "commit";
}

export class Session {
  readonly clock: TestClock;
  readonly #writer: StoreWriter;
  readonly #ledger: Ledger;
  readonly #keptBy: "append" | "commit";
  readonly #endRows: Record<string, number>;
  #isClosed = false;

  static async open(
    root: string,
    files: AppendFiles,
    ledger: Ledger,
    read: () => Promise<KnownContent>,
    { keptBy = "append", ...options }: SessionOptions = {},
  ): Promise<Session> {
    const clock = new TestClock();
    const platform = { files, clock, settleMs: 0 };
    const quiet = { publishIntervalMs: Number.POSITIVE_INFINITY, ...options };
    const writer = await openWriterOn(join(root, STORE_NAME), quiet, platform);
    const content = await read();
    ledger.opened(content);
    return new Session(clock, writer, ledger, keptBy, content);
  }

  private constructor(
    clock: TestClock,
    writer: StoreWriter,
    ledger: Ledger,
    keptBy: "append" | "commit",
    { rows }: KnownContent,
  ) {
    this.clock = clock;
    this.#writer = writer;
    this.#ledger = ledger;
    this.#keptBy = keptBy;
    this.#endRows = { ...rows };
  }

  /** Appends the next rows of a table. */
  async append(count: number, group = ""): Promise<void> {
    const from = this.#endRows[group]!;
    const to = from + count;
    this.#endRows[group] = to;
    const batch: Record<string, TypedArrayOf> = {};
    for (const [path, { rows }] of arraysOf(group, this.#ledger.latest("asked").late)) {
      batch[path] = rows(from, to);
    }
    const withRows = (content: KnownContent) => ({
      ...content,
      rows: { ...content.rows, [group]: Math.max(to, content.rows[group]!) },
    });
    this.#ledger.say("asked", withRows);
    const { firstRow, rows } = await this.#writer.append(batch);
    if (firstRow !== from || rows !== count)
      throw new Error(`rows ${firstRow} + ${rows}, not ${from} + ${count}`);
    if (this.#keptBy === "append") this.#ledger.say("kept", withRows);
  }

  async commit(): Promise<void> {
    await this.#showing(() => this.#writer.commit());
  }

  async addArray(path: LateArray): Promise<void> {
    const { options, rows } = LATE_ARRAYS[path];
    const count = path === "mood" ? MOOD_DAYS : this.#endRows[""]!;
    this.#ledger.say("asked", (content) => ({ ...content, late: [...content.late, path].sort() }));
    await this.#showing(() => this.#writer.addArray(path, { ...options, shape: [count] }, rows(0, count)));
  }

  async finalize(): Promise<void> {
    this.#ledger.say("asked", (content) => ({ ...content, isFinal: true }));
    await this.#showing(() => this.#writer.finalize(ATTRIBUTES));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#showing(() => this.#writer.close());
  }

  /** Gives back what the writer holds, after it has failed and said so. */
  async giveUp(): Promise<void> {
    await this.#writer.close();
  }

  /** Whether somebody has wanted to close the writer. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  async #showing(work: () => Promise<void>): Promise<void> {
    const content = this.#ledger.latest("asked");
    await work();
    this.#ledger.say("kept", () => content);
    this.#ledger.say("shown", () => content);
  }
}
