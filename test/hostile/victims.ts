/** Stores that can be read in full, until something happens to them. */
import { zipSync } from "fflate";
import { createGroup, MemoryStore } from "../../src/index.ts";
import { codecVictims, itemVictims, optionsOf, shardVictims, valuesOf } from "./array-victims.ts";
import { victimsOfV2 } from "./v2-victims.ts";
import { filesOf, type Victim } from "./victim.ts";

/** All of them; always the same. */
export async function makeVictims(): Promise<Victim[]> {
  const hierarchies = [await hierarchyVictim(false), await hierarchyVictim(true), await zipVictim()];
  const arrays = [...(await codecVictims()), ...(await itemVictims()), ...(await shardVictims())];
  return [...arrays, ...hierarchies, ...(await victimsOfV2())];
}

async function hierarchyVictim(isConsolidated: boolean): Promise<Victim> {
  const store = await hierarchy(isConsolidated);
  const name = isConsolidated ? "hierarchy, consolidated" : "hierarchy";
  return {
    name,
    files: await filesOf(store),
    checksummed: ["px", "px of shards", "deep/er/sz"],
    isZip: false,
  };
}

/** Of a zip nothing is judged by path: each value has its own CRC-32, but a directory can point elsewhere. */
async function zipVictim(): Promise<Victim> {
  const entries = [...(await filesOf(await hierarchy(true)))].map(([key, bytes], index) => {
    return [key, [bytes, { level: index % 2 === 0 ? 0 : 6 }]] as const;
  });
  const archive = zipSync(Object.fromEntries(entries) as Parameters<typeof zipSync>[0]);
  return { name: "zip archive", files: new Map([["store.zip", archive]]), checksummed: [], isZip: true };
}

async function hierarchy(isConsolidated: boolean): Promise<MemoryStore> {
  const store = new MemoryStore();
  const root = await createGroup(store, { attributes: { venue: "here", tick: 0.5 } });
  const px = await root.createArray("px", { ...optionsOf("chunks"), dataType: "int32" });
  await px.set(null, valuesOf("int32") as never);
  const sharded = await root.createArray("px of shards", { ...optionsOf("shards"), dataType: "int64" });
  await sharded.set(null, valuesOf("int64") as never);
  const deep = await (await root.createGroup("deep")).createGroup("er");
  const sz = await deep.createArray("sz", {
    shape: [30],
    chunks: [7],
    dataType: "uint16",
    dimensionNames: ["ts_event"],
    fillValue: 3,
  });
  await sz.set(
    null,
    Uint16Array.from({ length: 30 }, (_, index) => index * index),
  );
  if (isConsolidated) await root.consolidate();
  return store;
}
