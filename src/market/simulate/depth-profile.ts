/** How much rests at a price: growing with the distance from the best, in round numbers, more at round prices. */
import type { SeededRandom } from "./random.ts";

/** Steps that a large resting order (a wall) stays, at most. */
const WALL_STEPS_MAX = 4000;
const WALLS = 6;
/** Walls stand within this distance of the price at which they were placed. */
const WALL_REACH_TICKS = 40;

interface Wall {
  priceTicks: number;
  lots: number;
  stepsLeft: number;
}

export class DepthProfile {
  readonly #random: SeededRandom;
  readonly #walls: Wall[] = [];

  constructor(random: SeededRandom, aroundTicks: number) {
    this.#random = random;
    for (let wall = 0; wall < WALLS; wall += 1) this.#walls.push(this.#newWall(aroundTicks));
  }

  /** Lets walls age; one that has gone comes up elsewhere near `aroundTicks`. */
  step(aroundTicks: number): void {
    for (const wall of this.#walls) {
      wall.stepsLeft -= 1;
      if (wall.stepsLeft <= 0) Object.assign(wall, this.#newWall(aroundTicks));
    }
  }

  /** A size for a new or changed order, in lots, from 1. */
  lotsAt(priceTicks: number, distanceTicks: number): number {
    const wall = this.#walls.find((candidate) => candidate.priceTicks === priceTicks);
    if (wall !== undefined) return wall.lots;
    let typical = 400 + 180 * Math.min(distanceTicks, 40);
    if (priceTicks % 50 === 0) typical *= 4;
    else if (priceTicks % 10 === 0) typical *= 2;
    const lots = typical * (0.25 + 1.5 * this.#random.next() * this.#random.next());
    // Most people, and most programs, quote round sizes; the rest make the last digits hard to compress.
    const roundTo = this.#random.chance(0.7) ? 100 : this.#random.chance(0.6) ? 10 : 1;
    return Math.max(1, Math.round(lots / roundTo) * roundTo);
  }

  #newWall(aroundTicks: number): Wall {
    const distance = this.#random.between(8, WALL_REACH_TICKS) * (this.#random.chance(0.5) ? 1 : -1);
    return {
      priceTicks: aroundTicks + distance,
      lots: 1000 * this.#random.between(40, 90),
      stepsLeft: this.#random.between(WALL_STEPS_MAX / 4, WALL_STEPS_MAX),
    };
  }
}
