/**
 * A task as a line of JSON that says all of it, so that any machine which sees both places can run it:
 *
 *     {"source":"/data/legacy/BTCUSDT.zarr/2024-W32.zarr","dest":"/data/stores/BTCUSDT.zarr/2024-W32.zarr","options":{"preset":"small"}}
 *
 * `options` are those of `migrate` that decide what is written and proved; those that concern the machine (memory, jobs,
 * resuming) are said where it is run.
 */
import { resolve } from "node:path";
import { QuarryError } from "../errors.ts";
import type { MigrateOptions } from "./options.ts";
import type { MigrationTask } from "./tasks.ts";

type TaskOptions = Omit<MigrateOptions, "signal" | "onProgress" | "resume" | "memoryBytes" | "jobs">;

const OPTION_TYPES: Readonly<Record<keyof TaskOptions, (value: unknown) => boolean>> = {
  preset: isString,
  layout: isString,
  tickSize: isString,
  lotSize: isString,
  priceType: isString,
  sizeType: isString,
  exclude: (value) => Array.isArray(value) && value.every(isString),
  skipCorrupt: isBoolean,
  verify: isBoolean,
  files: isObject,
};

/** Without the end of the line. Paths are made absolute. */
export function taskLine({ source, dest }: MigrationTask, options: TaskOptions): string {
  return JSON.stringify({ source: resolve(source), dest: resolve(dest), options });
}

/** @throws QuarryError `METADATA_INVALID` for what is no task */
export function parseTask(line: string): { readonly task: MigrationTask; readonly options: TaskOptions } {
  const { source, dest, options = {} } = objectIn(line);
  if (!isString(source) || !isString(dest) || !isObject(options)) {
    throw invalid('it is an object with the strings "source" and "dest" and an object "options"');
  }
  for (const [name, value] of Object.entries(options)) {
    const isType = Object.hasOwn(OPTION_TYPES, name) ? OPTION_TYPES[name as keyof TaskOptions] : undefined;
    if (isType?.(value) !== true)
      throw invalid(`${JSON.stringify(name)} is no option of it, or of another kind`);
  }
  return { task: { source, dest }, options };
}

function objectIn(line: string): { readonly [member: string]: unknown } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw invalid(`it is no JSON: ${(cause as Error).message}`);
  }
  if (isObject(json)) return json;
  throw invalid("it is no object");
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isObject(value: unknown): value is { readonly [member: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(reason: string): QuarryError {
  return new QuarryError("METADATA_INVALID", `the task cannot be understood: ${reason}`);
}
