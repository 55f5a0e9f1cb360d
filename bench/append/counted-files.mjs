// The files of a writer, with the bytes of every write counted by what they are for.
export function countedFiles(files, { syncs }) {
  const written = { journal: 0, shards: 0, indexes: 0, documents: 0 };
  const kindOf = (path) => {
    if (path.includes(".journal/")) return "journal";
    return path.includes("zarr.json") ? "documents" : "shards";
  };
  const counted = (path, file) =>
    file && {
      write: (offset, bytes) => {
        written[kindOf(path)] += bytes.length;
        return file.write(offset, bytes);
      },
      writeNow: (offset, bytes) => {
        written[kindOf(path)] += bytes.length;
        file.writeNow(offset, bytes);
      },
      read: (offset, length) => file.read(offset, length),
      size: () => file.size(),
      truncate: (size) => file.truncate(size),
      sync: async () => (syncs ? file.sync() : undefined),
      touch: () => file.touch(),
      close: () => file.close(),
    };
  return {
    written,
    files: {
      create: async (path) => counted(path, await files.create(path)),
      open: async (path) => counted(path, await files.open(path)),
      replacePage: async (path, offset, page) => {
        written.indexes += page.length;
        return files.replacePage(path, offset, page);
      },
      rename: (from, to) => files.rename(from, to),
      remove: (path) => files.remove(path),
      removeAll: (path) => files.removeAll(path),
      removeDirectory: (path) => files.removeDirectory(path),
      makeDirectory: (path) => files.makeDirectory(path),
      syncFile: async (path) => (syncs ? files.syncFile(path) : undefined),
      syncDirectory: async (path) => (syncs ? files.syncDirectory(path) : undefined),
      list: (path) => files.list(path),
    },
  };
}
