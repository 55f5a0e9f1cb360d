/** What the reader of a format finds in a file. */
import type { JsonObject } from "../../metadata/json.ts";
import type { SourceArray, SourceGroup, SourceRefusal } from "../source.ts";

export interface FileContents {
  /** In words, for reports. */
  readonly format: string;
  /** All but the root. */
  readonly groups: readonly SourceGroup[];
  readonly rootAttributes?: JsonObject;
  readonly arrays: readonly SourceArray[];
  readonly refusals: readonly SourceRefusal[];
  readonly notes?: readonly string[];
  readonly close?: () => Promise<void>;
}
