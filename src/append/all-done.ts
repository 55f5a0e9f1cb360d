/**
 * `Promise.all` for work that changes a disk: it rejects with the first failure too, but not before all of it has ended,
 * so that nothing is changed any more once a writer that has failed gives its lease back.
 */
export async function allDone<T>(work: Iterable<Promise<T>>): Promise<T[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}
