// Builds the limit program from the archives of the native core.
import { statSync } from "node:fs";
import { join } from "node:path";
import { runLogged } from "../../scripts/setup/command.mjs";
import { buildTool, nativeBuild } from "../../scripts/setup/native.mjs";
import { inRepository } from "../../scripts/setup/repository.mjs";

const folder = inRepository("build", "bench", "limit");
export const limitProgram = join(folder, "limit");

export async function buildLimit() {
  const cmake = buildTool("cmake");
  const ninja = buildTool("ninja");
  const configured = statSync(join(folder, "build.ninja"), { throwIfNoEntry: false }) !== undefined;
  if (!configured) {
    await runLogged("bench-limit", cmake, [
      "-S",
      inRepository("bench", "limit"),
      "-B",
      folder,
      "-G",
      "Ninja",
      `-DCMAKE_MAKE_PROGRAM=${ninja}`,
      "-DCMAKE_BUILD_TYPE=Release",
      `-DQUARRY_BUILD=${nativeBuild}`,
    ]);
  }
  await runLogged("bench-limit", cmake, ["--build", folder]);
}
