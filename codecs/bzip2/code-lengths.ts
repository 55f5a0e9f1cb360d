/** Lengths of Huffman codes by how often symbols occur, within a limit. */

/**
 * @param frequencies of at least two symbols; one that does not occur gets a code all the same
 * @returns the bits of each symbol's code
 */
export function codeLengthsOf(frequencies: Uint32Array, bitsMax: number): Uint8Array {
  let weights = frequencies.map((frequency) => Math.max(frequency, 1));
  for (;;) {
    const lengths = huffmanLengths(weights);
    if (lengths.every((bits) => bits <= bitsMax)) {
      return lengths;
    }
    // Weights that differ less make codes that do: as bzip2 does it.
    weights = weights.map((weight) => (weight >>> 1) + 1);
  }
}

/** Joins the two lightest of leaves and joints until one is left; both stand in queues by their weight. */
function huffmanLengths(weights: Uint32Array): Uint8Array {
  const symbolCount = weights.length;
  const leaves = Array.from(weights.keys()).sort((a, b) => weights[a]! - weights[b]!);
  const nodeCount = 2 * symbolCount - 1;
  const nodeWeights = new Float64Array(nodeCount);
  const parents = new Uint16Array(nodeCount);
  leaves.forEach((symbol, node) => {
    nodeWeights[node] = weights[symbol]!;
  });
  let [leaf, joint] = [0, symbolCount];
  for (let node = symbolCount; node < nodeCount; node++) {
    for (let child = 0; child < 2; child++) {
      const isLeaf = leaf < symbolCount && (joint === node || nodeWeights[leaf]! <= nodeWeights[joint]!);
      const lightest = isLeaf ? leaf++ : joint++;
      nodeWeights[node]! += nodeWeights[lightest]!;
      parents[lightest] = node;
    }
  }
  const depths = new Uint16Array(nodeCount);
  for (let node = nodeCount - 2; node >= 0; node--) {
    depths[node] = depths[parents[node]!]! + 1;
  }
  const lengths = new Uint8Array(symbolCount);
  leaves.forEach((symbol, node) => {
    lengths[symbol] = depths[node]!;
  });
  return lengths;
}
