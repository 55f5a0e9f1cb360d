/**
 * Strings of fixed length, as NumPy has them: the content, then zeros to the end of the item. Zeros at the end of the
 * content itself cannot be told from padding, so they are not given back.
 */

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether `text` is Unicode: no half of a surrogate pair stands alone. */
export const isWellFormed: (text: string) => boolean =
  "isWellFormed" in String.prototype
    ? (text) => (text as unknown as { isWellFormed(): boolean }).isWellFormed()
    : (text) => !LONE_SURROGATE.test(text);

/** Writes `text` into an item, as little-endian UTF-32; false where it does not fit or is not well-formed. */
export function writeUtf32(text: string, item: Uint8Array): boolean {
  if (!isWellFormed(text)) return false;
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  let at = 0;
  for (const character of text) {
    if (at === item.length) return false;
    view.setUint32(at, character.codePointAt(0)!, true);
    at += 4;
  }
  item.fill(0, at);
  return true;
}

/** The text of an item; undefined where a unit is no code point. */
export function readUtf32(item: Uint8Array): string | undefined {
  const view = new DataView(item.buffer, item.byteOffset, item.byteLength);
  let end = item.length;
  while (end > 0 && view.getUint32(end - 4, true) === 0) end -= 4;
  let text = "";
  for (let at = 0; at < end; at += 4) {
    const unit = view.getUint32(at, true);
    if (unit > 0x10ffff || (unit >= 0xd800 && unit < 0xe000)) return undefined;
    text += String.fromCodePoint(unit);
  }
  return text;
}

/** Writes `content` into an item; false where it does not fit. */
export function writePadded(content: Uint8Array, item: Uint8Array): boolean {
  if (content.length > item.length) return false;
  item.set(content);
  item.fill(0, content.length);
  return true;
}

/** The content of an item, in memory of its own. */
export function readPadded(item: Uint8Array): Uint8Array {
  let end = item.length;
  while (end > 0 && item[end - 1] === 0) end -= 1;
  return item.slice(0, end);
}
