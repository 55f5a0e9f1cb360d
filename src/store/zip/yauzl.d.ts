/** The part of yauzl that is used here; it comes without types. */
declare module "yauzl" {
  export interface Entry {
    /** Decoded, with forward slashes; it has no `..` segment and is not absolute. */
    readonly fileName: string;
    readonly fileNameRaw: Uint8Array;
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly relativeOffsetOfLocalHeader: number;
    isEncrypted(): boolean;
  }

  export class RandomAccessReader {
    read(
      buffer: Uint8Array,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null, bytesRead?: number) => void,
    ): void;
  }

  export interface ZipFile {
    eachEntry(): AsyncIterable<Entry>;
  }

  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: { readonly autoClose: boolean },
  ): Promise<ZipFile>;
}
