// Who takes part. An engine is a program that speaks the protocol of engines/protocol.mjs.
import { inRepository, root, venvBinary } from "../scripts/setup/repository.mjs";
import { limitProgram } from "./limit/build.mjs";

const python = (script, ...args) => [venvBinary("python"), inRepository("bench", "engines", script), ...args];
const node = (script, ...args) => [
  process.execPath,
  "--expose-gc",
  inRepository("bench", "engines", script),
  ...args,
];

/** This package, or another build of it in `packageRoot`. */
export const quarry = (packageRoot = root, name = "quarry") => ({
  name,
  role: "ours",
  command: node("quarry.mjs", packageRoot),
  environment: { QUARRY_BACKEND: "native" },
});

export const zarrPython = { name: "zarr-python", role: "peer", command: python("zarr_python.py") };

/**
 * `role`: "ours"; "peer"; "scale", which is shown and not compared with; "limit".
 * `shards`, `checksums`: false where the engine cannot write them. `chains`: those it has, where not all.
 */
export const engines = [
  quarry(),
  zarrPython,
  {
    name: "zarrs",
    role: "peer",
    command: python("zarr_python.py", "--pipeline", "zarrs.ZarrsCodecPipeline"),
  },
  { name: "tensorstore", role: "peer", command: python("tensorstore_engine.py") },
  { name: "zarrita", role: "peer", command: node("zarrita.mjs"), shards: false, checksums: false },
  { name: "parquet", role: "scale", command: python("parquet.py"), chains: ["zstd-3"], format: "parquet" },
  { name: "limit", role: "limit", command: [limitProgram], lines: "fields" },
];
