/**
 * The order of all suffixes of a text in linear time, whatever the text: SA-IS of Nong, Zhang and Chan ("Linear
 * Suffix Array Construction by Almost Pure Induced-Sorting", 2009).
 *
 * A suffix is *small* if it is less than the one that begins one symbol later, else *large*; a small one behind a
 * large one is *leftmost*. Suffixes stand in buckets by their first symbol, in each the large ones before the small
 * ones. The order of the leftmost ones induces that of all others; it is found by naming the stretches of text from
 * one leftmost suffix to the next by their order, and sorting the suffixes of the text of these names.
 */

interface Suffixes {
  readonly text: ArrayLike<number>;
  readonly small: Uint8Array;
  /** Where the bucket of each symbol begins, and behind the last where that one ends. */
  readonly bucketStarts: Int32Array;
}

/**
 * @param text of symbols below `symbolCount`
 * @returns where the suffixes begin, in their order; one that is the beginning of another comes before it
 */
export function sortSuffixes(text: ArrayLike<number>, symbolCount: number): Int32Array {
  const suffixes = classify(text, symbolCount);
  const leftmost = leftmostOf(suffixes);
  const roughOrder = induce(suffixes, leftmost);
  const { names, nameCount } = nameStretches(suffixes, roughOrder, leftmost);
  // Where all names differ, their order is that of the suffixes.
  if (nameCount === leftmost.length) {
    return leftmost.length === 0 ? roughOrder : induce(suffixes, inOrder(leftmost, inverse(names)));
  }
  return induce(suffixes, inOrder(leftmost, sortSuffixes(names, nameCount)));
}

function classify(text: ArrayLike<number>, symbolCount: number): Suffixes {
  const small = new Uint8Array(text.length);
  const bucketStarts = new Int32Array(symbolCount + 1);
  for (let at = text.length - 1; at >= 0; at--) {
    const difference = at + 1 < text.length ? text[at]! - text[at + 1]! : 1;
    small[at] = difference < 0 ? 1 : difference > 0 ? 0 : small[at + 1]!;
    bucketStarts[text[at]! + 1]!++;
  }
  for (let symbol = 0; symbol < symbolCount; symbol++) {
    bucketStarts[symbol + 1]! += bucketStarts[symbol]!;
  }
  return { text, small, bucketStarts };
}

function isLeftmost(small: Uint8Array, at: number): boolean {
  return at > 0 && small[at] === 1 && small[at - 1] === 0;
}

/** The leftmost suffixes in the order of the text. */
function leftmostOf({ small }: Suffixes): Int32Array {
  let count = 0;
  for (let at = 1; at < small.length; at++) {
    count += isLeftmost(small, at) ? 1 : 0;
  }
  const leftmost = new Int32Array(count);
  for (let at = small.length - 1; count > 0; at--) {
    if (isLeftmost(small, at)) {
      leftmost[--count] = at;
    }
  }
  return leftmost;
}

/**
 * All suffixes, sorted; where `leftmost` are not in their order but in any, so that only those stretches are sorted
 * that go to the next leftmost suffix.
 */
function induce({ text, small, bucketStarts }: Suffixes, leftmost: Int32Array): Int32Array {
  const order = new Int32Array(text.length).fill(-1);
  const ends = bucketStarts.slice(1);
  for (let index = leftmost.length - 1; index >= 0; index--) {
    const at = leftmost[index]!;
    order[--ends[text[at]!]!] = at;
  }
  const starts = bucketStarts.slice();
  const appendLarge = (at: number) => {
    if (at >= 0 && small[at] === 0) {
      order[starts[text[at]!]!++] = at;
    }
  };
  appendLarge(text.length - 1);
  for (let rank = 0; rank < order.length; rank++) {
    appendLarge(order[rank]! - 1);
  }
  // From the back all small ones come to their places, the leftmost ones anew.
  ends.set(bucketStarts.subarray(1));
  for (let rank = order.length - 1; rank >= 0; rank--) {
    const at = order[rank]! - 1;
    if (at >= 0 && small[at] === 1) {
      order[--ends[text[at]!]!] = at;
    }
  }
  return order;
}

/** Names equal stretches alike, in their order, and lists the names in the order of the text. */
function nameStretches(
  suffixes: Suffixes,
  order: Int32Array,
  leftmost: Int32Array,
): { names: Int32Array; nameCount: number } {
  const nameAt = new Int32Array(order.length);
  let nameCount = 0;
  let previous = -1;
  for (const at of order) {
    if (isLeftmost(suffixes.small, at)) {
      if (previous < 0 || !areEqualStretches(suffixes, previous, at)) {
        nameCount++;
      }
      nameAt[at] = nameCount - 1;
      previous = at;
    }
  }
  return { names: leftmost.map((at) => nameAt[at]!), nameCount };
}

/** Whether the stretches from `one` and from `other` to the next leftmost suffixes are the same. */
function areEqualStretches({ text, small }: Suffixes, one: number, other: number): boolean {
  for (let offset = 0; ; offset++) {
    const [a, b] = [one + offset, other + offset];
    if (a >= text.length || b >= text.length || text[a] !== text[b] || small[a] !== small[b]) {
      return false;
    }
    if (offset > 0 && isLeftmost(small, a)) {
      return isLeftmost(small, b);
    }
  }
}

function inverse(permutation: Int32Array): Int32Array {
  const inverted = new Int32Array(permutation.length);
  for (let index = 0; index < permutation.length; index++) {
    inverted[permutation[index]!] = index;
  }
  return inverted;
}

function inOrder(values: Int32Array, order: Int32Array): Int32Array {
  return order.map((index) => values[index]!);
}
