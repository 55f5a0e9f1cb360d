#pragma once

#include "node/napi_setup.h"

namespace quarry::node {

// openArray({ directory, keyPrefix, keySeparator, chain, fillItem, sharding?: { shardShape, indexChain,
// indexAtStart } }) → handle
Napi::Value OpenArray(const Napi::CallbackInfo& info);
// readArray(array, box, lists, out, inPlaceBytesMax, (fault?) => void)
//   box: Float64Array of [start, step, count, stride in bytes] an axis, and then the offset in bytes of the
//   first item in `out`; what it has behind that means nothing
//   lists: undefined; or, an entry an axis, the indices of one that is selected by a list, as a Float64Array,
//   and anything else for the others
//   Runs at once, and returns undefined or the fault, where no more than inPlaceBytesMax bytes have to be
//   decoded; otherwise returns the job's id, and calls back.
Napi::Value ReadArray(const Napi::CallbackInfo& info);
// readArrayTogether(array, boxes, lists, outs, (finished, fault?) => void) → job id
//   boxes: as above, one behind the other; lists: undefined, or such an array, or undefined, for each
//   Reads several boxes, decoding each cell once for all of them. Calls back with the positions of those that
//   are finished, several at a time, and in the end has named each of them once; the nth is cancelled by
//   cancelJob(job, nth). `outs` must stay as it is.
Napi::Value ReadArrayTogether(const Napi::CallbackInfo& info);
// writeArray(array, shape, box, lists, source, { writeFillCells, part?: { draft, firstCell, endCell } },
// (fault?) => void) → job id
//   part: the cells, in C order, of each touched object that this call makes in a draft. Throws a RangeError
//   where they are not those that come next, or an earlier call has failed or is under way.
Napi::Value WriteArray(const Napi::CallbackInfo& info);
// createDraft(array) → handle; discardDraft(draft)
//   Objects that several writes put together, see write_draft.h.
Napi::Value CreateDraft(const Napi::CallbackInfo& info);
Napi::Value DiscardDraft(const Napi::CallbackInfo& info);

}  // namespace quarry::node
