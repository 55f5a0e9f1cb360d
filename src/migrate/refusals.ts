/** What a source cannot give, as its list of refusals has it. */
import { isQuarryError, type QuarryError } from "../errors.ts";
import { checkNodeName, type NodePath } from "../metadata/node-name.ts";
import type { SourceRefusal } from "./source.ts";

/** That what would be at `path` is refused for `error`. */
export function refusalOf(path: NodePath, error: QuarryError): SourceRefusal {
  return { path, code: error.code, reason: error.message };
}

/** Why `names`, which a file gives, cannot be those of nodes. */
export function faultOfNames(names: readonly string[]): QuarryError | undefined {
  try {
    for (const name of names) checkNodeName(name);
    return undefined;
  } catch (error) {
    if (isQuarryError(error)) return error;
    throw error;
  }
}
