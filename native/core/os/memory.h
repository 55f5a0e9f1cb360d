// Advice to the operating system about memory that is about to be written.
#pragma once

#include "core/bytes.h"

namespace quarry::os {

// Asks for huge pages under a large buffer that is about to be filled. Fresh memory is handed out page by
// page as it is first touched, and at 4 KiB a page that costs as much as decoding into it. A hint: small
// buffers, memory that has been touched, and systems that know no such thing are left alone.
void AdviseHugePages(MutableBytes buffer);

}  // namespace quarry::os
