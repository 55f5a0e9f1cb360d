/** The commands, as `quarry --help` lists them. What runs one is loaded when it is called. */
import type { RegisterCommand } from "./command.ts";

export interface CommandEntry {
  readonly name: string;
  /** Its options and arguments as the list of commands shows them. */
  readonly usage: string;
  readonly description: string;
  readonly load: () => Promise<{ readonly register: RegisterCommand }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "ingest",
    usage: "[options] [files...]",
    description:
      "Rebuild the order book from captures of an exchange's streams and write it as book stores, " +
      "one for each week. Lines that are broken are refused and named; everything else goes in. Without files, " +
      "the symbols of quarry.toml are ingested side by side (`quarry init` writes one).",
    load: () => import("./ingest.ts"),
  },
  {
    name: "create",
    usage: "[options] <store>",
    description:
      "Make an empty store from a schema that you wrote: its arrays with chunks, shards and codecs that suit " +
      "them. The schema goes into the store, and rows that break it are refused.",
    load: () => import("./create.ts"),
  },
  {
    name: "init",
    usage: "[options] [file]",
    description:
      "Write a quarry.toml that explains each of its keys: which captures are read, and how they are stored. " +
      "`quarry ingest` without files reads it.",
    load: () => import("./init.ts"),
  },
  {
    name: "inspect",
    usage: "[options] <path>",
    description:
      "Show what a store holds: its arrays with type, shape, chunks, codecs and sizes; for an order book " +
      "its rows, time range and gaps. Reads metadata and file sizes, no chunks; writes nothing.",
    load: () => import("./inspect.ts"),
  },
  {
    name: "tree",
    usage: "[options] <path>",
    description:
      "Show the groups and arrays of a store as a tree, with type and shape. Reads metadata only; " +
      "`quarry inspect` shows how they are stored.",
    load: () => import("./tree.ts"),
  },
  {
    name: "verify",
    usage: "[options] <path>",
    description:
      "Read every chunk of every array, check all metadata, and name each fault with its array, shard and " +
      "chunk. Goes on after a fault; writes nothing.",
    load: () => import("./verify.ts"),
  },
  {
    name: "migrate",
    usage: "[options] [source] [dest]",
    description:
      "Convert legacy stores and files into sharded Zarr v3, and prove by reading all of it back that every value " +
      "arrived. A store appears under its name only when it is whole and verified; the source is never written to.",
    load: () => import("./migrate.ts"),
  },
  {
    name: "audit",
    usage: "[options] <path>",
    description:
      "Check market data row by row: order of time, duplicates, gaps, breaks of the sequence, crossed and locked " +
      "books, order and sizes of levels, prices off the grid, bars that contradict themselves. Says how many rows " +
      "break each rule and which come first; goes on after every fault.",
    load: () => import("./audit.ts"),
  },
  {
    name: "plot",
    usage: "[options] <store> <file>",
    description:
      "Draw a store: the depth of a book over time, its mid price, spread and trades; or bars as candles; or trades. " +
      "Spans without data are hatched. Reads the store, writes one file.",
    load: () => import("./plot.ts"),
  },
  {
    name: "export",
    usage: "[options] <array> <file>",
    description:
      "Write an array to a file of another format, by the ending of its name: .npy and .npz (NumPy), .bin (the items " +
      "alone, with a note FILE.json that says what they are), .csv and .parquet (a row for each index of the first " +
      "dimension). Values are as they are stored: prices in ticks stay ticks.",
    load: () => import("./export.ts"),
  },
  {
    name: "layout",
    usage: "[options] [store]",
    description:
      "Suggest chunks and shards for an array, and say why: for one that is still to be made (--shape and --type), or " +
      "for all of a store that is there, beside what they have. Writes nothing.",
    load: () => import("./layout.ts"),
  },
  {
    name: "recover",
    usage: "[options] <store>",
    description:
      "Put the rows that a stopped writer had acknowledged behind those that it had committed, remove what it had " +
      "begun, and bring the store into its last form. Readers never need it; the next writer does the same by itself.",
    load: () => import("./recover.ts"),
  },
  {
    name: "compact",
    usage: "[options] <store>",
    description:
      "Rewrite every shard that holds more than its chunks need, or holds them out of order: what open shards of a " +
      "stopped writer and partial writes leave. Each is replaced by a rename.",
    load: () => import("./compact.ts"),
  },
  {
    name: "doctor",
    usage: "[options]",
    description:
      "Say which backend runs codecs here and why, and try every codec on both: the C++ addon (native) " +
      "and the TypeScript and WebAssembly implementations (portable).",
    load: () => import("./doctor.ts"),
  },
];
