import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readQuarryToml } from "../../src/market/config/quarry-toml.ts";
import { QUARRY_TOML } from "../../src/market/config/template.ts";
import { quarry } from "../kit/command-line.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const init = (...args: string[]) => quarry("init", ...args);

describe("quarry init", () => {
  test("writes a quarry.toml that can be read", async () => {
    const file = join(await temporaryDirectory(), "quarry.toml");
    expect(await init(file)).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await readQuarryToml(file)).toMatchObject({ input: "captures", symbols: [{ name: "BTCUSDT" }] });
  });

  test("says in JSON where it is", async () => {
    const file = join(await temporaryDirectory(), "other.toml");
    const { exitCode, stdout, stderr } = await init(file, "--json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ path: file });
  });

  test("leaves a file that is there alone, unless it is told to replace it", async () => {
    const file = join(await temporaryDirectory(), "quarry.toml");
    await writeFile(file, "mine");
    const refused = await init(file, "--json");
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: "ALREADY_EXISTS", path: file } });
    expect(await readFile(file, "utf8")).toBe("mine");
    expect((await init(file, "--overwrite")).exitCode).toBe(0);
    expect(await readFile(file, "utf8")).toBe(QUARRY_TOML);
  });

  test("fails where it cannot write", async () => {
    const { exitCode, stderr } = await init(join(await temporaryDirectory(), "no", "quarry.toml"));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("[STORE_FAILED]");
  });

  test("explains itself", async () => {
    const { exitCode, stdout } = await init("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/init-help.txt");
  });
});
