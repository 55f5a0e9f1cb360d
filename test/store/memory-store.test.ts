import { MemoryStore } from "../../src/store/memory-store.ts";
import { EVERYTHING, storeContract } from "../kit/store.ts";

storeContract("MemoryStore", async () => ({ store: new MemoryStore() }), { ...EVERYTHING, versions: true });
