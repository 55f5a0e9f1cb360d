import { describe, expect, test } from "vitest";
import { MemoryStore } from "../../src/store/memory-store.ts";
import { FaultyStore } from "../kit/faulty-store.ts";
import { storeContract } from "../kit/store.ts";

storeContract("FaultyStore without a fault", async () => ({ store: new FaultyStore(new MemoryStore()) }));

async function storeWith(value: Uint8Array): Promise<FaultyStore> {
  const inner = new MemoryStore();
  await inner.set("/a", value);
  return new FaultyStore(inner);
}

describe("an injected fault", () => {
  test("hits the n-th matching call, once, and says so", async () => {
    const store = await storeWith(Uint8Array.of(1));
    const fault = { operation: "get", call: 2, key: /a$/, effect: { kind: "refuse" } } as const;
    store.inject(fault);
    await store.get("/a");
    await store.get("/b");
    expect(store.fired).toEqual([]);
    await expect(store.get("/a")).rejects.toMatchObject({ code: "STORE_FAILED", cause: { code: "ENOSPC" } });
    expect(store.fired).toEqual([{ fault, key: "/a" }]);
    expect(await store.get("/a")).toEqual(Uint8Array.of(1));
  });

  test("can tear a write", async () => {
    const store = await storeWith(Uint8Array.of(1));
    store.inject({ operation: "set", effect: { kind: "tear", bytes: 2 } });
    await expect(store.set("/a", Uint8Array.of(4, 5, 6))).rejects.toMatchObject({ code: "STORE_FAILED" });
    expect(await store.get("/a")).toEqual(Uint8Array.of(4, 5));
  });

  test("can lose a write and a read", async () => {
    const store = await storeWith(Uint8Array.of(1));
    store.inject({ operation: "set", effect: { kind: "lose" } });
    await store.set("/a", Uint8Array.of(2));
    store.inject({ operation: "get", effect: { kind: "lose" } });
    expect(await store.get("/a")).toBeUndefined();
    expect(await store.get("/a")).toEqual(Uint8Array.of(1));
  });

  test("can tear and flip what is read", async () => {
    const store = await storeWith(Uint8Array.of(1, 2, 3));
    store.inject({ operation: "getRange", effect: { kind: "tear", bytes: 1 } });
    expect(await store.getRange("/a", { offset: 1, length: 2 })).toEqual(Uint8Array.of(2));
    store.inject({ operation: "get", effect: { kind: "flip", byte: 2 } });
    expect(await store.get("/a")).toEqual(Uint8Array.of(1, 2, 0xfc));
    store.inject({ operation: "getTail", effect: { kind: "tear", bytes: 1 } });
    expect(await store.getTail("/a", 2)).toEqual({ bytes: Uint8Array.of(2), valueBytes: 2 });
    expect(store.fired).toHaveLength(3);
  });
});
