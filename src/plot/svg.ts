/** SVG as text: elements with escaped attributes, and numbers with as many decimals as a screen shows. */

export type Attributes = Readonly<Record<string, string | number>>;

/** `<name a="1">children</name>`; underscores in attribute names stand for hyphens. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) =>
      ` ${key.replaceAll("_", "-")}="${typeof value === "number" ? digits(value) : escaped(value)}"`,
  );
  const head = `<${name}${written.join("")}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join("")}</${name}>`;
}

export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element("text", { x, y, ...attributes }, escaped(content));
}

export function line(x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string {
  return element("line", { x1, y1, x2, y2, ...attributes });
}

/** A hundredth of a pixel is nothing. */
export function digits(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function escaped(content: string): string {
  const entities: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  // What no XML may hold is left out: a symbol is somebody else's text.
  return content.replace(/[^\P{Cc}\t\n\r]/gu, "").replace(/[&<>"]/g, (character) => entities[character]!);
}
