import process from "node:process";
import { describe, expect, test } from "vitest";
import { CODEC_DEFINITIONS } from "../../codecs/index.ts";
import { codecSample } from "../../src/cli/codec-samples.ts";
import { type Diagnosis, diagnose } from "../../src/cli/doctor.ts";
import { VERSION } from "../../src/cli/version.ts";
import { resolveCodec } from "../../src/codec/registry.ts";
import { backend } from "../../src/index.ts";
import { quarry } from "../kit/command-line.ts";

const doctor = (...args: string[]) => quarry("doctor", ...args);

/** Whether the definition of a codec names one of the core's. */
function hasNativeCodec(name: string): boolean {
  const { configuration, ...type } = codecSample(name);
  return resolveCodec({ name, configuration }, type, "/sample").native !== undefined;
}

describe("quarry doctor", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await doctor("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/doctor-help.txt");
  });

  test("gives one JSON document with the fields that scripts rely on", async () => {
    const { exitCode, stdout, stderr } = await doctor("--json");
    expect([exitCode, stderr]).toEqual([0, ""]);
    const { name, reason, threads, simd } = backend();
    const diagnosis: Diagnosis = JSON.parse(stdout);
    expect(diagnosis).toMatchObject({ version: VERSION, backend: { name, reason }, threads, simd });
    expect(diagnosis.node).toBe(process.version);
    const documented = CODEC_DEFINITIONS.filter(({ internal }) => internal !== true);
    expect(diagnosis.codecs.map((codec) => codec.name)).toEqual(documented.map(({ name }) => name));
  });

  test("finds every codec working on the portable backend, and on the core where there is one", async () => {
    const { codecs, backend } = await diagnose();
    expect(codecs.filter((codec) => !codec.portable)).toEqual([]);
    const native = codecs.filter((codec) => codec.native).map((codec) => codec.name);
    const expected = codecs.map(({ name }) => name).filter(hasNativeCodec);
    expect(native).toEqual(backend.name === "native" ? expected : []);
    expect(expected).not.toContain("numcodecs.bz2");
  });

  test("shows a table to people", async () => {
    const { exitCode, stdout } = await doctor();
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      new RegExp(`^quarry +${VERSION.replaceAll(".", "\\.")}\nbackend +${backend().name}: `),
    );
    const line = stdout.split("\n").find((text) => text.startsWith("zstd "))!;
    const runner = backend().name;
    expect(line.split(/ +/)).toEqual(["zstd", runner === "native" ? "yes" : "-", "yes", runner]);
    const readOnly = stdout.split("\n").find((text) => text.startsWith("numcodecs.lzma "))!;
    expect(readOnly.split(/ +/)).toEqual(["numcodecs.lzma", "-", "reads", "portable"]);
  });
});
