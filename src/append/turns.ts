/**
 * Who uses a writer takes turns, in the order of the calls: an append until its rows are on their way into the journal,
 * whatever changes the tables, or ends the writer, until it is done.
 */
export class Turns {
  /** The last that was taken; undefined when nobody has one. */
  #last: Promise<unknown> | undefined;

  /** Runs `work` when every earlier turn has ended: at once, and to its end, where there is nothing to wait for. */
  take<T>(work: () => T | Promise<T>): T | Promise<T> {
    const turn = this.#last === undefined ? work() : this.#last.then(work, work);
    if (!(turn instanceof Promise)) return turn;
    const end = (): void => {
      if (this.#last === turn) this.#last = undefined;
    };
    this.#last = turn;
    turn.then(end, end);
    return turn;
  }
}
