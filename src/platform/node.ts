/**
 * What Node has and a browser has not, put where the rooms below leave room for it: the C++ core, and directories as
 * locations. Importing this file does it; every entry point but `src/browser.ts` does.
 */
import { findCoreBy } from "../codec/backend.ts";
import { type AddonSearch, findAddon } from "../codec/native/addon.ts";
import { findNativeCore } from "../codec/native/native-core.ts";
import { provideDirectories } from "../store/directories.ts";
import { FileSystemStore } from "../store/file-system-store.ts";
import { objectsBelow } from "../store/file-tree.ts";
import { provideDirectoryLocks } from "../store/shared-lease.ts";

findCoreBy(findNativeCore);
let addon: AddonSearch | undefined;
// Looked for by the first change of a directory, whichever backend runs the codecs.
provideDirectoryLocks(() => {
  addon ??= findAddon();
  return addon.addon;
});
provideDirectories({ open: (directory) => new FileSystemStore(directory), objectsBelow });
