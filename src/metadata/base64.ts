/** Base64 as metadata carries bytes: the standard alphabet, padded, and nothing that an encoder would not write. */

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes that `text` stands for, or undefined where it is no base64. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  if (!BASE64.test(text)) return undefined;
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  // Bits behind the last byte that are not zero would be lost.
  return base64OfBytes(bytes) === text ? bytes : undefined;
}

export function base64OfBytes(bytes: Uint8Array): string {
  let characters = "";
  for (const byte of bytes) characters += String.fromCharCode(byte);
  return btoa(characters);
}
