/**
 * The seal: checksums of all metadata documents of a hierarchy, kept in its root document.
 *
 * Chunks carry checksums, metadata of Zarr v3 does not, and one flipped digit in a shape or a scale factor is
 * wrong data. The root's attributes therefore begin with
 *
 *     "quarry": { "metadata_crc32c": { "zarr.json": "xxxxxxxx", "bid_px/zarr.json": "xxxxxxxx", … } }
 *
 * where each value is the CRC-32C of the raw bytes of the document under that key, in 8 lower-case hexadecimal
 * digits. The root's own entry is computed with its own 8 digits replaced by `00000000`. To find these digits
 * without trusting a parser, a sealed root begins with the exact bytes {@link SEAL_PREFIX}, and they follow.
 *
 * Any changed byte is found: in another document by its entry; in the root behind the prefix by the root's own
 * entry; in the prefix because a document that has marks of a seal without beginning as it must is a fault, and
 * not an unsealed document. `spec/format.md` has the bytes.
 */
import { QuarryError } from "../errors.ts";
import { crc32c } from "./crc.ts";
import { decodeJson, isJsonObject, type JsonObject, stringifyJson } from "./json.ts";

const ROOT_KEY = "zarr.json";
const OWN_PLACEHOLDER = "00000000";

/** What a sealed root document begins with: two spaces a level, a line a key. */
export const SEAL_PREFIX = `{
  "attributes": {
    "quarry": {
      "metadata_crc32c": {
        "zarr.json": "`;

const PREFIX_BYTES = new TextEncoder().encode(SEAL_PREFIX);
const DIGITS = { start: PREFIX_BYTES.length, end: PREFIX_BYTES.length + OWN_PLACEHOLDER.length };

export interface SealFault {
  /** Key of the document relative to the root: `zarr.json`, `bid_px/zarr.json`. */
  readonly key: string;
  /**
   * - `changed`: the bytes are not those that were sealed (a flipped bit, or another program wrote them)
   * - `missing`: the document is not there
   * - `damaged-seal`: the root carries a seal that cannot be read; nothing can be said of the other documents
   */
  readonly kind: "changed" | "missing" | "damaged-seal";
  /** The checksum in the seal and the one computed, in 8 hexadecimal digits. */
  readonly stored?: string;
  readonly computed?: string;
}

export interface SealReport {
  /** False for a root without any seal, which is no fault: other libraries write none. */
  readonly sealed: boolean;
  /** Keys of the documents that the seal covers, the root's included. */
  readonly keys: readonly string[];
  readonly faults: readonly SealFault[];
}

/**
 * The bytes of the root document with a seal over itself and `others`; a seal that `document` has is replaced.
 * @param document the root group's document, its consolidated metadata included
 * @param others the raw bytes of every other metadata document by its key (`bid_px/zarr.json`)
 */
export function sealRootDocument(document: JsonObject, others: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const { attributes, ...rest } = document;
  const { quarry, ...otherAttributes } = isJsonObject(attributes) ? attributes : {};
  const { metadata_crc32c: _, ...otherFacts } = isJsonObject(quarry) ? quarry : {};
  const sums = [...others]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, bytes]) => [key, hex(crc32c(bytes))] as const);
  const own = { [ROOT_KEY]: OWN_PLACEHOLDER, ...Object.fromEntries(sums) };
  const quarryText = objectText([["metadata_crc32c", stringifyJson(own)], ...members(otherFacts)]);
  const attributesText = objectText([["quarry", quarryText], ...members(otherAttributes)]);
  const sealed = new TextEncoder().encode(objectText([["attributes", attributesText], ...members(rest)]));
  sealed.set(new TextEncoder().encode(hex(crc32c(sealed))), DIGITS.start);
  return sealed;
}

/**
 * The checksums that a root document carries, by key, after its own has been checked; `undefined` for a root
 * without a seal.
 * @throws QuarryError `METADATA_CHECKSUM` if the root's bytes are not those that were sealed
 */
export function readSeal(rootBytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const { fault, sums } = inspectRoot(rootBytes);
  if (fault === undefined) return sums;
  throw new QuarryError("METADATA_CHECKSUM", describeSealFault(fault), { path: "/" });
}

/**
 * Compares every document of a hierarchy with its root's seal.
 * @param readOther the raw bytes of a document by its key (`bid_px/zarr.json`), `undefined` if there is none
 */
export async function verifySeal(
  rootBytes: Uint8Array,
  readOther: (key: string) => Promise<Uint8Array | undefined>,
): Promise<SealReport> {
  const { fault, sums } = inspectRoot(rootBytes);
  if (sums === undefined) return { sealed: fault !== undefined, keys: [], faults: fault ? [fault] : [] };
  const faults = fault ? [fault] : [];
  for (const [key, stored] of sums) {
    if (key === ROOT_KEY) continue;
    const bytes = await readOther(key);
    if (bytes === undefined) {
      faults.push({ key, kind: "missing", stored });
      continue;
    }
    const computed = hex(crc32c(bytes));
    if (computed !== stored) faults.push({ key, kind: "changed", stored, computed });
  }
  return { sealed: true, keys: [...sums.keys()], faults };
}

/** A sentence for people. */
export function describeSealFault({ key, kind, stored, computed }: SealFault): string {
  switch (kind) {
    case "changed":
      return `/${key}: the document is not the one that was sealed (crc32c stored ${stored}, computed ${computed}): it is damaged, or another program wrote it since; consolidate again if the change is wanted`;
    case "missing":
      return `/${key}: the document is in the root's seal, and it is not there`;
    case "damaged-seal":
      return `/${key}: the checksums of the metadata cannot be read: the document is damaged, or another program wrote it since; consolidate again if the change is wanted`;
  }
}

/**
 * An object from the JSON of its members, in the order given: a JavaScript object would put a name such as
 * "0" before all others, and the seal has to come first.
 */
function objectText(members: readonly (readonly [name: string, json: string])[]): string {
  const lines = members.map(([name, json]) => `  ${JSON.stringify(name)}: ${json.replaceAll("\n", "\n  ")}`);
  return `{\n${lines.join(",\n")}\n}`;
}

function members(object: JsonObject): [name: string, json: string][] {
  return Object.entries(object).map(([name, value]) => [name, stringifyJson(value)]);
}

interface RootInspection {
  readonly fault?: SealFault;
  readonly sums?: ReadonlyMap<string, string>;
}

function inspectRoot(rootBytes: Uint8Array): RootInspection {
  const sums = sumsInside(rootBytes);
  if (!startsWithPrefix(rootBytes)) {
    return sums !== undefined || hasSealMark(rootBytes) ? { fault: DAMAGED_SEAL } : {};
  }
  if (sums === undefined) return { fault: DAMAGED_SEAL };
  const stored = sums.get(ROOT_KEY)!;
  const zeroed = rootBytes.slice();
  zeroed.set(new TextEncoder().encode(OWN_PLACEHOLDER), DIGITS.start);
  const computed = hex(crc32c(zeroed));
  return computed === stored
    ? { sums }
    : { sums, fault: { key: ROOT_KEY, kind: "changed", stored, computed } };
}

const DAMAGED_SEAL: SealFault = { key: ROOT_KEY, kind: "damaged-seal" };

/** The seal where a parser finds it, if it is complete in form. */
function sumsInside(rootBytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  const sums = sealObject(rootBytes);
  if (sums === undefined) return undefined;
  const entries = Object.entries(sums);
  const isComplete =
    Object.hasOwn(sums, ROOT_KEY) &&
    entries.every(([, sum]) => typeof sum === "string" && /^[0-9a-f]{8}$/.test(sum));
  return isComplete ? new Map(entries as [string, string][]) : undefined;
}

function sealObject(rootBytes: Uint8Array): JsonObject | undefined {
  try {
    const root = decodeJson(rootBytes);
    const attributes = isJsonObject(root) ? root.attributes : undefined;
    const quarry = isJsonObject(attributes) ? attributes.quarry : undefined;
    const sums = isJsonObject(quarry) ? quarry.metadata_crc32c : undefined;
    return isJsonObject(sums) ? sums : undefined;
  } catch (error) {
    // No JSON: whoever opens the document says so; here only the prefix can tell that it was sealed.
    if (error instanceof QuarryError) return undefined;
    throw error;
  }
}

function startsWithPrefix(rootBytes: Uint8Array): boolean {
  return rootBytes.length >= DIGITS.end && PREFIX_BYTES.every((byte, index) => rootBytes[index] === byte);
}

/**
 * Two marks of the prefix that share no byte, so that damage in one place leaves one of them. They count only
 * where the prefix would be: further down they may belong to a sealed hierarchy that was moved into this one.
 */
const SEAL_MARKS = /\n {6}"metadata_crc32c": \{|\n {8}"zarr\.json": "[0-9a-f]{8}"/;
const HEAD_BYTES = 2 * DIGITS.end;

function hasSealMark(rootBytes: Uint8Array): boolean {
  return SEAL_MARKS.test(new TextDecoder("latin1").decode(rootBytes.subarray(0, HEAD_BYTES)));
}

function hex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}
