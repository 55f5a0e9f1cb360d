/** Runs mutated stores through reader processes, watches them, and makes each failing case as small as it will go. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Answer, MutatedCase, Order } from "./reader-process.ts";

export interface Finding {
  readonly seed: number;
  /** Places of the mutations that are needed for it; absent where the process died and it could not be found out. */
  readonly only: readonly number[] | undefined;
  readonly finding: string;
  readonly mutated: MutatedCase | undefined;
}

export interface MutationReport {
  readonly cases: number;
  /** Cases in which at least one error was raised. */
  readonly refused: number;
  readonly findings: readonly Finding[];
}

export interface MutationOptions {
  readonly backend: "native" | "portable";
  readonly firstSeed: number;
  /** Ends after so many cases … */
  readonly cases: number;
  /** … or when this moment (`performance.now()`) has passed. */
  readonly untilMs?: number;
  readonly only?: readonly number[] | undefined;
}

const CASE_SECONDS_MAX = 20;
const START_SECONDS_MAX = 120;
const BATCH_CASES = 200;
const FINDINGS_MAX = 5;

/** Beyond it an allocation fails in the reader, whether or not the memory is ever touched. */
const DATA_KIB_MAX = 4 * 1024 * 1024;

/** Address sanitizers reserve terabytes. */
const IS_SANITIZED = process.env.ASAN_OPTIONS !== undefined;

export async function runMutations(options: MutationOptions): Promise<MutationReport> {
  const { backend, firstSeed, cases, untilMs = Number.POSITIVE_INFINITY, only } = options;
  const findings: Finding[] = [];
  let done = 0;
  let refused = 0;
  let reader = new Reader(backend);
  try {
    while (done < cases && performance.now() < untilMs && findings.length < FINDINGS_MAX) {
      const from = firstSeed + done;
      const to = Math.min(from + BATCH_CASES, firstSeed + cases);
      const batch = await reader.run({ from, to, ...(only && { only }) });
      done += batch.cases;
      refused += batch.refused;
      findings.push(...batch.findings);
      if (!reader.isAlive) reader = new Reader(backend);
    }
    const smallest = only === undefined ? await minimized(backend, findings) : findings;
    return { cases: done, refused, findings: smallest };
  } finally {
    reader.end();
  }
}

/** Leaves out one mutation after the other, as long as what is left still fails. */
async function minimized(backend: "native" | "portable", findings: readonly Finding[]): Promise<Finding[]> {
  const bySeed = new Map(findings.map((finding) => [finding.seed, finding]));
  const result: Finding[] = [];
  let reader: Reader | undefined;
  for (const finding of bySeed.values()) {
    let smallest = finding;
    let only = (finding.mutated?.mutations ?? [0, 0, 0]).map((_, place) => place);
    for (const place of [...only]) {
      const fewer = only.filter((other) => other !== place);
      if (!reader?.isAlive) reader = new Reader(backend);
      const batch = await reader.run({ from: finding.seed, to: finding.seed + 1, only: fewer });
      const [again] = batch.findings;
      if (again === undefined) continue;
      only = fewer;
      smallest = again;
    }
    result.push({ ...smallest, only });
  }
  reader?.end();
  return result;
}

interface Batch {
  cases: number;
  refused: number;
  findings: Finding[];
}

class Reader {
  readonly #process: ChildProcess;
  #onAnswer: (answer: Answer) => void = () => undefined;
  #onEnd: () => void = () => undefined;
  #stderr = "";
  isAlive = true;

  constructor(backend: "native" | "portable") {
    const program = fileURLToPath(new URL("reader-process.ts", import.meta.url));
    const viteNode = fileURLToPath(new URL("../../node_modules/vite-node/vite-node.mjs", import.meta.url));
    const isLimited = process.platform === "linux" && !IS_SANITIZED;
    const limited = isLimited ? `ulimit -d ${DATA_KIB_MAX};` : "";
    this.#process = spawn("sh", ["-c", `${limited} exec "$0" "$@"`, process.execPath, viteNode, program], {
      env: { ...process.env, QUARRY_BACKEND: backend, NODE_OPTIONS: "--max-old-space-size=384" },
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-4000);
    });
    createInterface({ input: this.#process.stdout! }).on("line", (line) => {
      this.#onAnswer(JSON.parse(line) as Answer);
    });
    // A process that has died does not read on; what it left undone is seen by its end.
    this.#process.stdin!.on("error", () => undefined);
    this.#process.once("close", () => {
      this.isAlive = false;
      this.#onEnd();
    });
  }

  /** Up to `order.to` cases: fewer where the process does not survive one. */
  run(order: Order): Promise<Batch> {
    const batch: Batch = { cases: 0, refused: 0, findings: [] };
    return new Promise((resolve) => {
      let running: number | undefined;
      let why = "";
      const killAfter = (seconds: number): NodeJS.Timeout =>
        setTimeout(() => {
          why = `still reading after ${seconds} s`;
          this.#process.kill("SIGKILL");
        }, seconds * 1000);
      let timer = killAfter(START_SECONDS_MAX);
      const finish = (): void => {
        clearTimeout(timer);
        resolve(batch);
      };
      this.#onEnd = () => {
        const { exitCode, signalCode } = this.#process;
        why ||= `the process ended with ${signalCode ?? exitCode}`;
        const seed = running ?? order.from;
        const isKnown = batch.findings.some((finding) => finding.seed === seed);
        if (!isKnown) {
          const finding = `${why}\n${this.#stderr}`;
          batch.findings.push({ seed, only: undefined, finding, mutated: undefined });
        }
        batch.cases += 1;
        finish();
      };
      this.#onAnswer = (answer) => {
        if (answer.kind === "begin") {
          running = answer.seed;
          clearTimeout(timer);
          timer = killAfter(CASE_SECONDS_MAX);
        } else if (answer.kind === "end") {
          batch.cases += 1;
          batch.refused += Number(answer.refused);
        } else if (answer.kind === "finding") {
          batch.findings.push({ ...answer, only: order.only });
        } else if (answer.kind === "done") {
          finish();
        }
      };
      this.#process.stdin!.write(`${JSON.stringify(order)}\n`);
    });
  }

  end(): void {
    this.#onEnd = () => undefined;
    this.#process.stdin!.end();
  }
}

/** A finding for people, with the command that brings it back. */
export function describeFinding({ seed, only, finding, mutated }: Finding, backend: string): string {
  const which = only === undefined ? "" : ` --only ${only.join(",")}`;
  const command = `npm run test:mutate -- --backend ${backend} --seed ${seed} --cases 1${which}`;
  const what = mutated === undefined ? "" : `\n${mutated.victim}: ${JSON.stringify(mutated.mutations)}`;
  return `seed ${seed}: ${finding}${what}\nreplay: ${command}`;
}
