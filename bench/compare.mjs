// npm run bench:compare REF: this working tree against another commit of it, interleaved.
//
// The other commit is checked out in a git worktree under build/ and built there by its own set-up; this tree's bench
// drives both builds.
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { answerOf, runLogged, SetupError, say as saySetup } from "../scripts/setup/command.mjs";
import { inRepository, npmBinary, root } from "../scripts/setup/repository.mjs";
import { quarry } from "./engines.mjs";
import { orderBook } from "./order-book.mjs";
import { sayMeasured, selection } from "./run.mjs";
import { Session } from "./session.mjs";
import { figure, medianOf } from "./statistics.mjs";

const git = (...args) => answerOf("git", args);

/** Checks out and builds `ref`, unless an earlier run has; returns its folder and short name. */
async function buildCommit(ref) {
  const commit = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (commit === undefined) throw new SetupError(`git knows no commit "${ref}"`);
  const name = commit.slice(0, 10);
  const folder = inRepository("build", "bench", "commits", name);
  if (!existsSync(folder)) {
    // Of an earlier checkout, git remembers its place even where build/ has been deleted.
    await runLogged("bench-commit", "git", ["worktree", "prune"]);
    await runLogged("bench-commit", "git", ["worktree", "add", "--detach", folder, commit]);
  }
  const sameLock =
    readFileSync(join(folder, "package-lock.json"), "utf8") ===
    readFileSync(inRepository("package-lock.json"), "utf8");
  const modules = join(folder, "node_modules");
  if (sameLock && !existsSync(modules)) symlinkSync(inRepository("node_modules"), modules, "junction");
  saySetup("bench", `building ${name} in ${folder}`);
  await runLogged("bench-commit", process.execPath, [join(folder, "scripts", "setup.mjs"), "native"]);
  // How fast it is can be told of a commit whose types do not fit, too.
  await runLogged("bench-commit", npmBinary("tsc"), ["-p", join(folder, "tsconfig.build.json"), "--noCheck"]);
  return { folder, name };
}

/** Prints each workload's time in both builds and how many times faster this tree is. */
export async function runComparison({ ref, rows, rounds, names }) {
  const { folder, name } = await buildCommit(ref);
  const { chains, workloads } = selection(names);
  const book = await orderBook(rows);
  const { SeededRandom } = await import(inRepository("dist", "src", "market", "simulate", "random.js"));
  const engines = [quarry(root, "this-tree"), quarry(folder, name)];
  const session = await Session.open({
    book,
    engines,
    chains,
    workloads,
    rounds,
    random: SeededRandom,
    log: sayMeasured,
  });
  await session.measureAll().finally(() => session.close());
  process.stdout.write(
    `\n${"".padEnd(34)} ${name.padStart(11)} ${"this tree".padStart(10)}   times faster\n`,
  );
  for (const now of session.measurements.filter(({ engine }) => engine === "this-tree")) {
    const before = session.measurements.find(
      ({ engine, workload, chain }) => engine === name && workload === now.workload && chain === now.chain,
    );
    const times = medianOf(before) / medianOf(now);
    process.stdout.write(
      `${now.chain.padEnd(14)}${now.workload.padEnd(20)} ${figure(medianOf(before)).padStart(11)} ` +
        `${figure(medianOf(now)).padStart(10)}   ${times.toFixed(2)}\n`,
    );
  }
}
