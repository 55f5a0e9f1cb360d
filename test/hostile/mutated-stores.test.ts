/**
 * Small stores of every codec and layout, with bytes and files changed at random: what is read is an error by its code or
 * what the checksums allow. QUARRY_TEST_MUTATIONS sets the number of cases a backend (default 300);
 * `npm run test:mutate` runs for as long as one likes, and replays a failing seed.
 */
import { describe, expect, it } from "vitest";
import { backend } from "../../src/index.ts";
import { crc32c } from "../../src/metadata/crc.ts";
import { describeFinding, runMutations } from "./mutation-run.ts";
import { drawMutations, mutated } from "./mutations.ts";
import { Random } from "./random.ts";
import { readEverything } from "./read-everything.ts";
import { verdictOn } from "./verdict.ts";
import { inMemory } from "./victim.ts";
import { makeVictims } from "./victims.ts";

const CASES = Number(process.env.QUARRY_TEST_MUTATIONS ?? 300);
const FIRST_SEED = 1;

const backends = backend().name === "native" ? (["native", "portable"] as const) : (["portable"] as const);

it.each(backends)(
  "mutated stores are refused, or read as their checksums allow (%s)",
  async (name) => {
    const report = await runMutations({ backend: name, firstSeed: FIRST_SEED, cases: CASES });
    expect(report.findings.map((finding) => describeFinding(finding, name))).toEqual([]);
    expect(report.cases).toBe(CASES);
    // Mutations that nothing notices would prove nothing.
    expect(report.refused).toBeGreaterThan(CASES / 2);
  },
  600_000,
);

describe("the run itself", () => {
  it("begins with stores that read in full", async () => {
    for (const victim of await makeVictims()) {
      const { refusals, values } = await readEverything(inMemory(victim, victim.files));
      expect(refusals, victim.name).toEqual([]);
      expect(values.size, victim.name).toBeGreaterThan(0);
    }
  });

  it("draws the same mutations for the same seed, and others for the next", () => {
    const files = new Map([
      ["zarr.json", new Uint8Array(300)],
      ["c/0", new Uint8Array(90)],
    ]);
    const drawn = (seed: number) => drawMutations(new Random(seed), files);
    expect(drawn(5)).toEqual(drawn(5));
    expect(new Set(Array.from({ length: 50 }, (_, seed) => JSON.stringify(drawn(seed)))).size).toBe(50);
  });

  it("splices no value together with its checksum", () => {
    const value = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 0, 0);
    new DataView(value.buffer).setUint32(9, crc32c(value.subarray(0, 9)), true);
    const files = new Map([
      ["c/0", new Uint8Array(20)],
      ["c/1", Uint8Array.of(0, ...value)],
    ]);
    const spliced = (fromAt: number, count: number) =>
      mutated(files, [{ kind: "splice", key: "c/0", at: 0, from: "c/1", fromAt, count }]).get("c/0");
    expect(spliced(0, 14)).toEqual(files.get("c/0"));
    expect(spliced(0, 13)).toEqual(Uint8Array.of(0, ...value.subarray(0, 12), ...new Uint8Array(7)));
  });

  it("leaves the files it was given alone", () => {
    const files = new Map([["c/0", Uint8Array.of(1, 2, 3)]]);
    const changed = mutated(files, [{ kind: "flip", key: "c/0", at: 0, xor: 1 }]);
    expect(changed.get("c/0")).toEqual(Uint8Array.of(0, 2, 3));
    expect(files.get("c/0")).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("finds fault with other values behind checksums, and with an array that nothing touched", async () => {
    const victim = (await makeVictims()).find(({ name }) => name === "hierarchy")!;
    const reading = (px: number) => ({
      values: new Map([
        ["px", Buffer.of(px)],
        ["deep/er/sz", Buffer.of(1)],
      ]),
      refusals: [],
    });
    const flipped = [{ kind: "flip", key: "px/c/0/0", at: 0, xor: 1 }] as const;
    const elsewhere = [{ kind: "flip", key: "deep/er/sz/c/0", at: 0, xor: 1 }] as const;
    const deleted = [{ kind: "delete", key: "px/c/0/0" }] as const;
    expect(verdictOn(reading(1), reading(1), victim, flipped)).toBeUndefined();
    expect(verdictOn(reading(2), reading(1), victim, flipped)).toContain("other values");
    expect(verdictOn(reading(2), reading(1), victim, elsewhere)).toContain("other values");
    expect(verdictOn(reading(2), reading(1), victim, deleted)).toBeUndefined();
  });
});
