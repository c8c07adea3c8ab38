import { driveJob } from '../job/run.js';
import type { ObjectId } from '../hash/object-id.js';
import { FastImporter } from '../history/fast-import.js';
import type { ImportedRef } from '../history/fast-import-names.js';
import type { ImportStore } from '../history/fast-import-tree.js';
import { GrowingPack } from '../pack/growing-pack.js';
import type { IncomingPack, Spool } from '../storage/spool.js';
import type { Draft } from '../store/draft.js';
import type { Snapshot } from '../store/snapshot.js';
import type { Proposal } from './editor.js';
import { findNamed, moveRefs, type ImportResult, type ImportStreamOptions } from './fast-import.js';

/** Where a stream is imported. */
export interface ImportTarget {
  readonly snapshot: Snapshot;
  propose<T>(proposal: Proposal, edit: (draft: Draft) => T): T;
}

interface OpenPack {
  readonly incoming: IncomingPack;
  readonly pack: GrowingPack;
}

/**
 * Imports a stream through packs that are written while it arrives: `git fast-import`. Memory does not grow with the bytes of the
 * objects, but with their number, about 100 bytes each and as much again for a mark. At each `checkpoint` and at the end a
 * pack is taken in and the refs move; where the stream fails, what the last checkpoint took in stays.
 *
 * @throws {GovcError} import-invalid, limit-exceeded, object-missing, ref-name-invalid, io-failed
 */
export async function importToPacks(
  target: ImportTarget, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options: ImportStreamOptions & { readonly spool: Spool },
): Promise<ImportResult> {
  const sink = new PackSink(target, options.spool);
  let checkpoint: readonly ImportedRef[] | undefined;
  const importer: FastImporter = new FastImporter(sink.store, {
    ...options,
    resolve: (revision) => findNamed(target.snapshot, revision),
    onCheckpoint: () => {
      checkpoint = importer.takeRefs();
    },
  });
  const moved = new Map<string, { readonly ref: ImportedRef; readonly isUpdated: boolean }>();
  const take = async (refs: readonly ImportedRef[]): Promise<void> => {
    const { updated, rejected } = await sink.finish(refs, options.force === true || importer.isForced);
    for (const ref of updated) moved.set(ref.name, { ref, isUpdated: true });
    for (const ref of rejected) moved.set(ref.name, { ref, isUpdated: false });
  };
  try {
    await sink.open();
    for await (const piece of pieces) {
      importer.write(piece);
      await sink.drain();
      if (checkpoint === undefined) continue;
      await take(checkpoint);
      checkpoint = undefined;
      await sink.open();
    }
    importer.end();
    await take(importer.takeRefs());
  } finally {
    await sink.discard();
  }
  const all = [...moved.values()];
  return {
    objectCount: importer.objectCount,
    marks: importer.marks(),
    updated: all.filter(({ isUpdated }) => isUpdated).map(({ ref }) => ref),
    rejected: all.filter(({ isUpdated }) => !isUpdated).map(({ ref }) => ref),
  };
}

/** Collects objects in one pack after the other. */
class PackSink {
  readonly #target: ImportTarget;
  readonly #spool: Spool;
  #open: OpenPack | undefined;

  constructor(target: ImportTarget, spool: Spool) {
    this.#target = target;
    this.#spool = spool;
  }

  get store(): ImportStore {
    const { algorithm } = this.#target.snapshot;
    const stored = (): Snapshot['objects'] => this.#target.snapshot.objects;
    // A repository without refs holds nothing worth asking for, and to ask takes as long as to write.
    const isEmpty = this.#target.snapshot.refs.size <= 1;
    const isKnown = isEmpty ? undefined : (id: ObjectId): boolean => stored().has(id);
    return {
      algorithm,
      objects: {
        find: (id) => this.#open?.pack.find(id) ?? stored().find(id),
        findHeader: (id) => this.#open?.pack.findHeader(id) ?? stored().findHeader(id),
        findChunks: (id) => {
          const object = this.#open?.pack.find(id);
          return object === undefined ? stored().findChunks(id) : [object.body];
        },
      },
      write: (type, body, base) => this.#open!.pack.write(type, body, { base, isKnown }),
    };
  }

  async open(): Promise<void> {
    const incoming = await this.#spool.open();
    this.#open = { incoming, pack: new GrowingPack({ algorithm: this.#target.snapshot.algorithm, source: incoming.source }) };
  }

  /** Moves what waits in memory to where the pack is. */
  async drain(): Promise<void> {
    const { incoming, pack } = this.#open!;
    for (const chunk of pack.take()) await incoming.write(chunk);
  }

  /** Takes the pack in and moves the refs. */
  async finish(refs: readonly ImportedRef[], force: boolean): Promise<Pick<ImportResult, 'updated' | 'rejected'>> {
    await this.drain();
    const { incoming, pack } = this.#open!;
    let installed: Awaited<ReturnType<IncomingPack['install']>> | undefined;
    if (pack.count > 0) {
      const end = incoming.source.size;
      const { header, packChecksum, indexBytes } = await driveJob(pack.finish());
      await incoming.seal();
      await incoming.amend(0, header);
      await incoming.amend(end, packChecksum);
      installed = await incoming.install(indexBytes, packChecksum);
    }
    const moved = this.#target.propose({ origin: 'fast-import' }, (draft) => {
      if (installed !== undefined) draft.addPack(installed);
      return moveRefs(draft, refs, force);
    });
    if (installed !== undefined) this.#open = undefined;
    await this.discard();
    return moved;
  }

  async discard(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.incoming.discard();
  }
}
