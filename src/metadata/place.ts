/** Where in which metadata document something is, in the words of an error message. */
import { type ErrorCode, QuarryError } from "../errors.ts";

export interface DocumentPlace {
  /** Path of the node that the document describes. */
  readonly path: string;
  /**
   * What a message begins with: `/bid_px/zarr.json: `, or, for a document inlined in another,
   * `/zarr.json: consolidated_metadata.metadata["bid_px"]: `
   */
  readonly label: string;
}

/** The place of a node's own `zarr.json`. */
export function documentPlace(path: string): DocumentPlace {
  return { path, label: `${path === "/" ? "" : path}/zarr.json: ` };
}

export function metadataError(
  place: DocumentPlace,
  message: string,
  code: ErrorCode = "METADATA_INVALID",
): QuarryError {
  return new QuarryError(code, `${place.label}${message}`, { path: place.path });
}
