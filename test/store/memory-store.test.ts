import { MemoryStore } from "../../src/store/memory-store.ts";
import { storeContract } from "../kit/store.ts";

storeContract("MemoryStore", async () => ({ store: new MemoryStore() }));
