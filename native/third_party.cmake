# Compression libraries, compiled from the sources that npm packages carry (devDependencies of this package,
# installed with their own build scripts off) and linked statically:
#
#   third_party_zstd  zstd 1.5.7   zstd-napi
#   third_party_lz4   LZ4 1.10     lmdb
#   third_party_zlib  zlib 1.3.1   zlib-sync

set(QUARRY_NODE_MODULES ${CMAKE_CURRENT_SOURCE_DIR}/../node_modules CACHE PATH "Where the carriers are installed")

# Sets `result` to the folder of a carrier's sources, or stops where `header` is not in it.
function(quarry_carrier result folder header)
  set(path ${QUARRY_NODE_MODULES}/${folder})
  if(NOT EXISTS ${path}/${header})
    message(FATAL_ERROR "${folder}/${header} is missing from ${QUARRY_NODE_MODULES}: run npm run setup")
  endif()
  set(${result} ${path} PARENT_SCOPE)
endfunction()

# A static library of somebody else's C code: their warnings are not ours to fix.
function(quarry_third_party name include_folder)
  add_library(${name} STATIC ${ARGN})
  target_include_directories(${name} SYSTEM PUBLIC ${include_folder})
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:C>:-O3 -w>)
endfunction()

quarry_carrier(zstd zstd-napi/deps/zstd/lib zstd.h)
file(GLOB zstd_sources CONFIGURE_DEPENDS
  ${zstd}/common/*.c ${zstd}/compress/*.c ${zstd}/decompress/*.c ${zstd}/decompress/*.S)
quarry_third_party(third_party_zstd ${zstd} ${zstd_sources})
# XXH_NAMESPACE keeps zstd's xxhash apart from anyone else's; the empty macros drop its explicit default visibility.
target_compile_definitions(third_party_zstd
  PUBLIC ZSTDLIB_VISIBLE= ZSTDERRORLIB_VISIBLE= XXH_NAMESPACE=ZSTD_
  PRIVATE ZSTD_NO_TRACE ZSTD_LEGACY_SUPPORT=0)

quarry_carrier(lz4 lmdb/dependencies/lz4/lib lz4hc.h)
quarry_third_party(third_party_lz4 ${lz4} ${lz4}/lz4.c ${lz4}/lz4hc.c)
target_compile_definitions(third_party_lz4 PUBLIC LZ4LIB_VISIBILITY=)

# Compression in memory only: the gz* file layer stays out. zlib's configure script would have found unistd.h.
quarry_carrier(zlib zlib-sync/deps/zlib zlib.h)
quarry_third_party(third_party_zlib ${zlib}
  ${zlib}/adler32.c ${zlib}/crc32.c ${zlib}/deflate.c ${zlib}/inffast.c ${zlib}/inflate.c ${zlib}/inftrees.c
  ${zlib}/trees.c ${zlib}/zutil.c)
target_compile_definitions(third_party_zlib PRIVATE Z_HAVE_UNISTD_H)
