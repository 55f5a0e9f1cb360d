// dist/: the JavaScript that the `quarry` command and importers of the package run.
import { existsSync, rmSync } from "node:fs";
import { runLogged, say } from "./command.mjs";
import { inRepository, npmBinary } from "./repository.mjs";
import { clearStamp, isCurrent, keyOf, writeStamp } from "./stamp.mjs";

const STEP = "TypeScript";

export async function compileTypeScript() {
  const stampFile = inRepository("build", "typescript.stamp");
  const key = keyOf({
    files: ["src", "codecs", "tsconfig.json", "tsconfig.build.json", "package.json", "package-lock.json"],
  });
  const emitted = existsSync(inRepository("dist"));
  if (emitted && isCurrent(stampFile, key)) return;

  say(STEP, "compiling to dist/");
  clearStamp(stampFile);
  // The compiler's incremental record says what was emitted, not what is still there.
  if (!emitted) rmSync(inRepository("build", "tsc.tsbuildinfo"), { force: true });
  await runLogged("typescript", npmBinary("tsc"), ["-p", "tsconfig.build.json"]);
  writeStamp(stampFile, key);
}
