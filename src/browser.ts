/**
 * What the package is everywhere: in browsers, and wherever else there are `fetch` and WebAssembly. Codecs run on the
 * portable backend; stores are web servers, memory, and your own. `src/index.ts` adds what needs Node. Nothing that is
 * reached from here imports Node's modules (a test proves it).
 *
 * Bundlers that go by the export condition `browser` take this for `quarry-zarr`; for others it is
 * `quarry-zarr/browser`.
 */
export { codec } from "../codecs/builders.ts";
export type { CodecDefinition, PortableCodec, ResolvedCodec } from "../codecs/definition.ts";
export { CodecFault } from "../codecs/fault.ts";
export { type HeapItem, ItemHeap } from "../codecs/item-heap.ts";
export { type BackendInfo, backend, setThreadCount } from "./codec/backend.ts";
export { registerCodec } from "./codec/registry.ts";
export { registerWithZarrita } from "./codec/zarrita/register.ts";
export type { Zarrita } from "./codec/zarrita/zarrita.ts";
export { type ErrorCode, isQuarryError, QuarryError } from "./errors.ts";
export {
  type ChainCodecs,
  type CodecAim,
  type CodecTrialRequest,
  codecTrialAttribute,
  type SuggestedCodecs,
  suggestCodecs,
  type TriedChain,
} from "./layout/suggest-codecs.ts";
export {
  type Access,
  type LayoutRequest,
  type SuggestedLayout,
  suggestLayout,
} from "./layout/suggest-layout.ts";
export type { CodecMetadata } from "./metadata/array-metadata.ts";
export type { DataType, DataTypeName } from "./metadata/data-type.ts";
export type { JsonObject, JsonValue } from "./metadata/json.ts";
export type { DataTypeSpelling } from "./metadata/parse-data-type.ts";
export type { TypedArrayOf } from "./metadata/typed-array.ts";
export { HttpStore, type HttpStoreOptions } from "./store/http-store.ts";
export { MemoryStore } from "./store/memory-store.ts";
export type { AbsolutePath, RangeQuery, ReadableStore, Store, ValuePart } from "./store/store.ts";
export { type CacheOptions, withCache } from "./store/with-cache.ts";
export { withReadOnly } from "./store/with-read-only.ts";
export { type RequestCount, type StoreRequest, withRequestCount } from "./store/with-request-count.ts";
export { ZarrArray } from "./zarr/array.ts";
export type { ArrayChunk, Block, GetOptions, SetOptions } from "./zarr/array-access.ts";
export type { ArrayData, NdArray, ScalarOf } from "./zarr/array-data.ts";
export type { CreateArrayOptions } from "./zarr/create-array.ts";
export type { FollowOptions, NewRows } from "./zarr/follow.ts";
export { Group, type ZarrNode } from "./zarr/group.ts";
export type {
  HierarchyArray,
  HierarchyGroup,
  HierarchyNode,
  UnreadableNode,
} from "./zarr/hierarchy-tree.ts";
export type { Mask } from "./zarr/indexing/mask-selection.ts";
export type {
  IndexList,
  OrthogonalIndex,
  OrthogonalSelection,
} from "./zarr/indexing/orthogonal-selection.ts";
export type { PointCoordinates } from "./zarr/indexing/point-selection.ts";
export {
  type AxisIndex,
  type BasicSelection,
  type Ellipsis,
  ellipsis,
  type Slice,
  slice,
} from "./zarr/indexing/slice.ts";
export { fieldOf, structsOf } from "./zarr/items/struct-fields.ts";
export {
  createArray,
  createGroup,
  deleteNode,
  type Location,
  type Mode,
  open,
  openArray,
  openGroup,
} from "./zarr/open.ts";
export type { RegionWriter } from "./zarr/region-writer.ts";
