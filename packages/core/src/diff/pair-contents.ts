import { GovcError } from '../errors.js';
import type { ObjectId } from '../hash/object-id.js';
import { isFileMode } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { PairedFile } from './file-pair.js';
import { canBeSimilar, makeSpans, scoreSpans, type Spans } from './similarity.js';
import type { DiffEntry } from './tree-diff.js';

/** Whether a file counts as binary, which its attributes may say. */
export type BinaryRule = (entry: DiffEntry, bytes: Uint8Array) => boolean;

interface Measured {
  readonly spans: Spans;
  /** Bytes of the file. */
  readonly size: number;
}

/** The files of pairs as they are compared: sizes first, bytes only when they matter, each cut into pieces once. */
export class PairContents {
  readonly #objects: ObjectSource;
  readonly #isBinary: BinaryRule;
  readonly #measured = new Map<PairedFile, Measured>();
  readonly #sizes = new Map<PairedFile, number>();

  constructor(objects: ObjectSource, isBinary: BinaryRule) {
    this.#objects = objects;
    this.#isBinary = isBinary;
  }

  /** The size of a file in bytes. @throws {GovcError} object-missing */
  sizeOf(file: PairedFile): number {
    let size = this.#sizes.get(file);
    if (size === undefined) {
      const { id } = file.entry!;
      const header = this.#objects.findHeader(id);
      if (header === undefined) throw missingBlob(id);
      size = header.size;
      this.#sizes.set(file, size);
    }
    return size;
  }

  /** The pieces of a file. @throws {GovcError} object-missing */
  spansOf(file: PairedFile): Spans {
    return this.#measure(file).spans;
  }

  /** How similar two files are; 0 for what is no file, and where the sizes show that `minimum` is out of reach. */
  similarity(old: PairedFile, new_: PairedFile, minimum: number): number {
    if (!isFileMode(old.entry!.mode) || !isFileMode(new_.entry!.mode)) return 0;
    const sizes = { old: this.sizeOf(old), new: this.sizeOf(new_) };
    if (!canBeSimilar(sizes.old, sizes.new, minimum)) return 0;
    return scoreSpans(this.spansOf(old), this.spansOf(new_), sizes);
  }

  #measure(file: PairedFile): Measured {
    let measured = this.#measured.get(file);
    if (measured === undefined) {
      const entry = file.entry!;
      const { body } = readBlob(this.#objects, entry.id);
      measured = { spans: makeSpans(body, !this.#isBinary(entry, body)), size: body.length };
      this.#measured.set(file, measured);
    }
    return measured;
  }
}

/** The object of a file. @throws {GovcError} object-missing */
export function readBlob(objects: ObjectSource, id: ObjectId): { readonly body: Uint8Array } {
  const object = objects.find(id);
  if (object === undefined) throw missingBlob(id);
  return object;
}

function missingBlob(id: ObjectId): GovcError {
  return new GovcError('object-missing', `The blob ${id} is missing from the repository.`, { id });
}
