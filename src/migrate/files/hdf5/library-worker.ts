/**
 * The program of the thread in which an HDF5 file is read; see library.ts. It is plain JavaScript, in a string: a thread
 * begins with a file of its own, and this is all that it needs of this package.
 *
 * A request is `[method, arguments]`, an answer `{ value }` or `{ error }`. The one who asks sleeps until `signal` is 1.
 */
export const LIBRARY_WORKER = `
const { parentPort, workerData } = require("node:worker_threads");
const { port, signal, url, path } = workerData;

const WHOLE_BOX = [null, null, null];

async function serve() {
  const library = await (await import(url)).ready;
  // By itself it gives zeros where a read has failed, and writes what happened to stderr.
  library.activate_throwing_error_handler();
  let file;

  /** What stands at addresses that are terminated by NUL, one after another. */
  function textsAt(at, count) {
    const memory = library.HEAPU8;
    const addresses = new Uint32Array(memory.slice(at, at + 4 * count).buffer);
    const parts = Array.from(addresses, (address) => {
      // Nothing has been written there.
      if (address === 0) return new Uint8Array(0);
      const end = memory.indexOf(0, address);
      return memory.subarray(address, end < 0 ? memory.length : end);
    });
    const ends = new Uint32Array(count);
    let length = 0;
    parts.forEach((part, i) => { ends[i] = length += part.length; });
    const bytes = new Uint8Array(length);
    parts.forEach((part, i) => bytes.set(part, ends[i] - part.length));
    return { bytes, ends };
  }

  function withMemory(length, use) {
    const at = library._malloc(Math.max(1, length));
    if (at === 0) throw new Error("there is no memory for " + length + " bytes");
    try {
      return use(at);
    } finally {
      library._free(at);
    }
  }

  const methods = {
    open() {
      file = library.open(path, library.H5F_ACC_RDONLY, false, -1, -1);
    },
    close() {
      library.close_file(file);
    },
    ask(method, ...args) {
      return library[method](file, ...args);
    },
    attribute(node, name, length, isText) {
      return withMemory(length, (at) => {
        const status = library.get_attribute_data(file, node, name, BigInt(at));
        if (status < 0) throw new Error("it failed with status " + status);
        if (!isText) return { bytes: library.HEAPU8.slice(at, at + length) };
        const texts = textsAt(at, length / 4);
        library.reclaim_vlen_memory(file, node, name, BigInt(at));
        return texts;
      });
    },
    items(node, start, count, length, isText) {
      return withMemory(length, (at) => {
        const box = start.length === 0 ? WHOLE_BOX : [count, start, count.map(() => 1)];
        const lists = box.map((list) => list && list.map(BigInt));
        const status = library.get_dataset_data(file, node, ...lists, BigInt(at));
        if (status < 0) throw new Error("it failed with status " + status);
        if (!isText) return { bytes: library.HEAPU8.slice(at, at + length) };
        const texts = textsAt(at, length / 4);
        library.reclaim_vlen_memory_count(file, node, "", BigInt(at), count.map(BigInt));
        return texts;
      });
    },
  };

  port.on("message", ([method, args]) => {
    let answer;
    const moved = [];
    try {
      const value = methods[method](...args);
      answer = { value };
      if (value && value.bytes instanceof Uint8Array) moved.push(value.bytes.buffer);
    } catch (error) {
      answer = { error: String((error && error.message) || error) };
    }
    port.postMessage(answer, moved);
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
}

serve().then(() => parentPort.postMessage(undefined), (error) => parentPort.postMessage(String(error)));
`;
