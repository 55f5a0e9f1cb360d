/**
 * What Node has and a browser has not, put where the rooms below leave room for it: the C++ core, and directories as
 * locations. Importing this file does it; every entry point but `src/browser.ts` does.
 */
import { findCoreBy } from "../codec/backend.ts";
import { findNativeCore } from "../codec/native/native-core.ts";
import { provideDirectories } from "../store/directories.ts";
import { FileSystemStore } from "../store/file-system-store.ts";
import { objectsBelow } from "../store/file-tree.ts";

findCoreBy(findNativeCore);
provideDirectories({ open: (directory) => new FileSystemStore(directory), objectsBelow });
