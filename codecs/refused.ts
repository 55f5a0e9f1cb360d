/** Codecs of numcodecs that Quarry knows and does not do, with the reason that a reader is given. */
export const REFUSED_CODECS: ReadonlyMap<string, string> = new Map([
  [
    "numcodecs.pickle",
    "chunks are pickled Python objects, and unpickling runs whatever code the file contains; convert the array with Python, where its source is trusted",
  ],
  [
    "numcodecs.zfpy",
    "chunks are compressed with zfp, which Quarry has no decoder for; convert the array with zarr-python and numcodecs[zfpy]",
  ],
  [
    "numcodecs.pcodec",
    "chunks are compressed with pcodec, which Quarry has no decoder for; convert the array with zarr-python and numcodecs[pcodec]",
  ],
]);
