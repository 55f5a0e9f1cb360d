/** Cells of depth as one raster image: a hundred thousand rectangles would be no picture but a load. */
import type { DepthCells } from "./depth-cells.ts";
import { depthColour } from "./palette.ts";

/** Sizes, and where between them a size lies: by their logarithm, for the sizes of a book span decades. */
export interface DepthScale {
  readonly least: number;
  readonly greatest: number;
}

/** From the 2nd to the 99.5th percentile of the cells in which there is something. */
export function depthScale(cells: readonly DepthCells[]): DepthScale {
  const present = Float64Array.from(
    cells.flatMap(({ sizes }) => [...sizes.filter((size) => size > 0)]),
  ).sort();
  if (present.length === 0) return { least: 1, greatest: 10 };
  const least = present[Math.floor(present.length * 0.02)]!;
  const greatest = present[Math.floor((present.length - 1) * 0.995)]!;
  return { least, greatest: greatest > least ? greatest : least * 10 };
}

/** A PNG of the two sides, a pixel for each cell, as a data URL. */
export async function heatMap(bids: DepthCells, asks: DepthCells, scale: DepthScale): Promise<string> {
  const { encode } = await import("fast-png");
  const { columns: width, bins } = bids;
  const height = bins.count;
  const data = new Uint8Array(width * height * 4);
  for (let column = 0; column < width; column += 1) {
    for (let bin = 0; bin < height; bin += 1) {
      const cell = column * height + bin;
      const [bid, ask] = [bids.sizes[cell]!, asks.sizes[cell]!];
      if (bid <= 0 && ask <= 0) continue;
      // Both have been there where the price moved through: what rested longer, or was more, is shown.
      const side = bid >= ask ? "bid" : "ask";
      const pixel = ((height - 1 - bin) * width + column) * 4;
      data.set(depthColour(side, depthShare(Math.max(bid, ask), scale)), pixel);
      data[pixel + 3] = 255;
    }
  }
  const png = encode({ width, height, data, channels: 4, depth: 8 });
  return `data:image/png;base64,${Buffer.from(png).toString("base64")}`;
}

function depthShare(size: number, { least, greatest }: DepthScale): number {
  return Math.log(size / least) / Math.log(greatest / least);
}
