/** An SVG as a PNG, with a font that comes along: a server has none, and pictures are the same everywhere. */
import { createRequire } from "node:module";
import { QuarryError } from "../errors.ts";

/** @throws QuarryError `UNSUPPORTED_FORMAT` on a platform for which the renderer is not built */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await import("@resvg/resvg-js").catch((cause: Error) => {
    const message = `this platform has no renderer for PNG (${cause.message}); name the picture .svg`;
    throw new QuarryError("UNSUPPORTED_FORMAT", message, { cause });
  });
  const fonts = createRequire(import.meta.url);
  const fontFiles = ["DejaVuSans", "DejaVuSans-Bold"].map((name) =>
    fonts.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`),
  );
  const options = { font: { loadSystemFonts: false, fontFiles, defaultFontFamily: "DejaVu Sans" } };
  return new Resvg(svg, options).render().asPng();
}
