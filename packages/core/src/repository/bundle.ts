import { runJob, type Job, type Progress } from '../job/job.js';
import { MemorySpool } from '../pack/byte-source.js';
import type { BundleHeader } from '../history/bundle-header.js';
import { checkBundle, unbundle, writeBundle, type BundleCheck, type WrittenBundle } from '../history/bundle.js';
import type { RefName } from '../ref/ref-name.js';
import type { Draft } from '../store/draft.js';
import type { ObjectFilter } from '../walk/filter.js';
import type { ReadContext } from './read-context.js';
import { readRevisionArguments } from './revision-arguments.js';

/** How {@link createBundle} makes a bundle. */
export interface BundleOptions {
  /** Commits older than this are taken to be known to the receiver, in seconds since 1970. Default: none. */
  readonly sinceSeconds?: number | undefined;
  /** At most so many commits; history ends below them. Default: all. */
  readonly maxCount?: number | undefined;
  /** Objects to leave out. Default: none. */
  readonly filter?: ObjectFilter | undefined;
  /** Default: 2, or 3 where the hash or a filter needs it. */
  readonly version?: 2 | 3 | undefined;
}

/**
 * A bundle of revisions in pieces, with progress between them: `git bundle create`.
 *
 * @param revisions names of refs, `^name`, `a..b`, `--all`, `--branches`, `--tags`; what names no ref only adds objects
 * @throws {GovcError} bundle-empty, revision-invalid, object-missing
 */
export function createBundle(
  context: ReadContext, revisions: readonly string[], options: BundleOptions = {},
): Generator<Uint8Array | Progress, WrittenBundle, void> {
  const { tips, exclude } = readRevisionArguments(context, revisions);
  const refs = tips.flatMap(({ ref, id }) => (ref === undefined ? [] : [{ name: ref, id }]));
  return writeBundle({ ...options, snapshot: context.snapshot, graph: context.graph, refs, exclude });
}

/** What stands in the way of taking a bundle in: `git bundle verify`. @throws {GovcError} unsupported */
export function verifyBundle(context: ReadContext, header: BundleHeader): BundleCheck {
  return runJob(checkBundle(context.snapshot, header, context.graph));
}

/**
 * Takes the objects of a bundle into a draft, through memory, and sets the refs that `rename` gives names for:
 * `git bundle unbundle`, `git fetch <bundle>`.
 *
 * @throws {GovcError} as `unbundle`
 */
export function* takeBundle(
  draft: Draft, bytes: Uint8Array | Iterable<Uint8Array>, rename?: (name: string) => RefName | undefined,
): Job<BundleHeader> {
  const header = yield* unbundle(draft, bytes instanceof Uint8Array ? [bytes] : bytes, new MemorySpool());
  for (const { name, id } of header.refs) {
    const ref = rename?.(name);
    if (ref !== undefined) draft.setRef(ref, id);
  }
  return header;
}
