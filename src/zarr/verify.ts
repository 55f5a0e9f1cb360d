/**
 * Verifying: everything that a store holds is read and compared with its checksums and its own rules, and every
 * fault is named. Nothing is written.
 */
import { backend } from "../codec/backend.ts";
import { isQuarryError, QuarryError } from "../errors.ts";
import type { NodeMetadata } from "../metadata/group-metadata.ts";
import { childPath, type NodePath } from "../metadata/node-name.ts";
import { resolveLocation } from "../store/location.ts";
import type { ReadableStore } from "../store/store.ts";
import { storedObjects } from "../store/stored-objects.ts";
import { withReadOnly } from "../store/with-read-only.ts";
import { findHierarchies } from "./find-hierarchies.ts";
import { documentNames } from "./node-document.ts";
import type { Location } from "./open.ts";
import { verifyArrayObjects } from "./verify/array-objects.ts";
import { verifyDocuments } from "./verify/documents.ts";
import { Findings, type VerifyProgress, type VerifyReport } from "./verify/report.ts";

export type { Stray, VerifiedArray, VerifyFault, VerifyProgress, VerifyReport } from "./verify/report.ts";

export interface VerifyOptions {
  /** Called after every few chunks with the running totals. */
  readonly onProgress?: ((progress: VerifyProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads every chunk of every array at `location` and checks all metadata: a hierarchy, one array of it, or a
 * directory that holds hierarchies (a symbol with its weeks, or several symbols), which are all verified then. Goes
 * on after a fault. Paths in the report begin at `location`.
 *
 * In a store with checksums (`crc32c` or another in every chunk and shard index, and a consolidated root) every
 * changed byte of a chunk, an index or a metadata document that changes a value is found; with `crc32c` at the end
 * of the chain, every changed byte. Arrays and roots without checksums are named in the report.
 *
 * Memory: 32 MB of decoded chunks, or one chunk where that is larger.
 * @throws QuarryError `NOT_FOUND` where there is no store at all; `BACKEND_UNAVAILABLE`
 * @example
 * const { ok, faults } = await verify("BTCUSDT.zarr");
 */
export async function verify(location: Location, options: VerifyOptions = {}): Promise<VerifyReport> {
  // A backend that is forced and missing is no fault of any array.
  backend();
  const store = withReadOnly(resolveLocation(location as ReadableStore));
  const findings = new Findings(options.onProgress);
  const { roots, hidden } = await findHierarchies(store);
  for (const root of roots) await verifyHierarchy(store, root, findings, options.signal);
  for (const directory of hidden) await noteHidden(store, directory, findings);
  return findings.report();
}

async function verifyHierarchy(
  store: ReadableStore,
  root: NodePath,
  findings: Findings,
  signal: AbortSignal | undefined,
): Promise<void> {
  const nodes = await verifyDocuments(store, root, findings);
  for (const [path, metadata] of nodes) {
    await noting(findings, path, signal, async () => {
      if (metadata?.nodeType === "array") await verifyArrayObjects(store, path, metadata, findings, signal);
      if (metadata?.nodeType === "group") await noteStrays(store, path, metadata, nodes, findings);
    });
  }
}

/** Files below a group that belong to none of its nodes. */
async function noteStrays(
  store: ReadableStore,
  group: NodePath,
  metadata: NodeMetadata,
  nodes: ReadonlyMap<string, NodeMetadata | undefined>,
  findings: Findings,
): Promise<void> {
  const documents = documentNames(metadata).map((name) => childPath(group, name));
  for await (const { key, bytes, kind } of storedObjects(store, group, (path) => !nodes.has(path))) {
    if (documents.includes(key)) continue;
    findings.addStray({ path: key, bytes, kind: kind === "unfinished" ? kind : "unknown" });
  }
}

async function noteHidden(store: ReadableStore, directory: NodePath, findings: Findings): Promise<void> {
  let bytes = 0;
  for await (const object of storedObjects(store, directory)) bytes += object.bytes;
  findings.addStray({ path: directory, bytes, kind: "unfinished" });
}

/** Runs `work` for the node at `path`; whatever it throws is a fault of that node, and others are still verified. */
async function noting(
  findings: Findings,
  path: NodePath,
  signal: AbortSignal | undefined,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (cause) {
    signal?.throwIfAborted();
    const error = isQuarryError(cause)
      ? cause
      : new QuarryError("STORE_FAILED", `${path} could not be verified: ${(cause as Error).message}`, {
          path,
          cause,
        });
    findings.addError(path, error);
  }
}
