import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { quarry } from "../kit/command-line.ts";
import { directoryState } from "../kit/directory-state.ts";
import { createSealedStore } from "../kit/sealed-store.ts";
import { temporaryDirectory } from "../kit/temporary-directory.ts";

const tree = (...args: string[]) => quarry("tree", ...args);

let directory: string;
let store: string;
beforeEach(async () => {
  directory = await temporaryDirectory();
  store = join(directory, "store.zarr");
  await createSealedStore(store);
});

describe("quarry tree", () => {
  test("is explained", async () => {
    const { exitCode, stdout } = await tree("--help");
    expect(exitCode).toBe(0);
    await expect(stdout).toMatchFileSnapshot("golden/tree-help.txt");
  });

  test("draws the tree, and changes nothing", async () => {
    const before = await directoryState(store);
    expect(await tree(store)).toEqual({
      exitCode: 0,
      stdout: `/
├── px  int32 [ts 300, level 4]
├── trades/
│   └── sz  uint16 [100]
└── ts  int64 [ts 300]
`,
      stderr: "",
    });
    expect(await directoryState(store)).toEqual(before);
  });

  test("draws it to a depth, and an array alone", async () => {
    expect((await tree(store, "--depth", "0")).stdout).toBe("/\n");
    expect((await tree(join(store, "px"))).stdout).toBe("/  int32 [ts 300, level 4]\n");
  });

  test("draws every store of a directory", async () => {
    await createSealedStore(join(directory, "other.zarr"));
    const { stdout } = await tree(directory, "--depth", "0");
    expect(stdout).toBe("other.zarr/\nstore.zarr/\n");
  });

  test("gives one JSON document", async () => {
    const { exitCode, stdout } = await tree(store, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      path: store,
      hierarchies: [
        { kind: "group", path: "/", children: [{ name: "px" }, { name: "trades" }, { name: "ts" }] },
      ],
    });
    // 2^53 + 1, which JSON.parse rounds: the text has it.
    expect(stdout).toContain('"first": 9007199254740993');
  });

  test("names what cannot be read, and exits with 1", async () => {
    await writeFile(join(store, "ts", "zarr.json"), "{");
    const { exitCode, stdout, stderr } = await tree(store);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("└── ts  unreadable: METADATA_INVALID");
    expect(stderr).toMatch(/quarry: \/ts: .*\[METADATA_INVALID\]/);
  });

  test("refuses a depth that is none", async () => {
    expect((await tree(store, "--depth", "-1")).exitCode).toBe(2);
    expect((await tree(store, "--depth", "x")).exitCode).toBe(2);
  });
});
