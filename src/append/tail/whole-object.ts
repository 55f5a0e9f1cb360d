/** An object that is one cell: every publish writes it anew, and a rename shows it. */
import { dirname } from "node:path";
import { partialName } from "../../store/partial-name.ts";
import { type AppendFiles, writeSynced } from "../files.ts";
import type { NewCell, StagedObject, TailObject } from "./tail-object.ts";

export class WholeObject implements TailObject {
  readonly path: string;
  readonly #files: AppendFiles;

  constructor(path: string, files: AppendFiles) {
    this.path = path;
    this.#files = files;
  }

  async stage(cells: readonly NewCell[]): Promise<StagedObject> {
    const { encoded } = cells.at(-1)!;
    const partial = partialName(this.path);
    if (encoded !== undefined) await writeSynced(this.#files, partial, encoded);
    return {
      page: undefined,
      mustSettle: false,
      show: async () => {
        if (encoded === undefined) await this.#files.remove(this.path);
        else await this.#files.rename(partial, this.path);
        await this.#files.syncDirectory(dirname(this.path));
      },
    };
  }

  async seal(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {}
}
