import { bytesFromText } from '../bytes/text.js';
import type { ObjectId } from '../hash/object-id.js';
import { isFileMode, MODE_GITLINK } from '../object/tree.js';
import type { ObjectSource } from '../pack/object-source.js';
import type { TextPattern } from '../pattern/text-pattern.js';
import type { FunctionPattern } from './function-pattern.js';
import { isBinary } from './is-binary.js';
import { readBlob } from './pair-contents.js';
import type { DiffEntry, FileChange } from './tree-diff.js';

/** How files of one kind are compared, as their attribute `diff` says. */
export interface DiffDriver {
  /** Whether they are binary (`-diff`, `diff.<driver>.binary`); `undefined` when their bytes decide. */
  readonly isBinary: boolean | undefined;
  /** What begins a function. Default: a line that begins with a letter, `_` or `$`. */
  readonly functionPattern: FunctionPattern | undefined;
  /** What a word is, where words are compared. Default: anything but white space. */
  readonly words?: TextPattern | undefined;
}

/** What the formats that show contents read. */
export interface DiffSource {
  readonly objects: ObjectSource;
  /** How a file is compared. Default: every file as its bytes look. */
  readonly driverOf?: ((path: string) => DiffDriver | undefined) | undefined;
}

const NOTHING = new Uint8Array(0);

/**
 * The bytes of one side of a change: of a file that is not there none, and of a submodule a line that names its commit.
 *
 * @throws {GovcError} object-missing
 */
export function readSide(source: DiffSource, entry: DiffEntry | undefined): Uint8Array {
  if (entry === undefined) return NOTHING;
  if (entry.mode === MODE_GITLINK) return bytesFromText(`Subproject commit ${entry.id}\n`);
  return readBlob(source.objects, entry.id).body;
}

/** How a file is compared; attributes speak of regular files only. */
export function driverOf(source: DiffSource, entry: DiffEntry | undefined): DiffDriver | undefined {
  return entry !== undefined && isFileMode(entry.mode) ? source.driverOf?.(entry.path) : undefined;
}

/** Whether one side of a change is binary. */
export function isBinarySide(source: DiffSource, entry: DiffEntry | undefined, bytes: Uint8Array): boolean {
  return driverOf(source, entry)?.isBinary ?? isBinary(bytes);
}

/** Both sides of a change. */
export interface ChangedContents {
  readonly old: Uint8Array;
  readonly new: Uint8Array;
  /** Whether one of them is binary. */
  readonly isBinary: boolean;
}

/** Reads both sides of a change. @throws {GovcError} object-missing */
export function readContents(source: DiffSource, { old, new: new_ }: FileChange): ChangedContents {
  const before = readSide(source, old);
  const after = readSide(source, new_);
  return { old: before, new: after, isBinary: isBinarySide(source, old, before) || isBinarySide(source, new_, after) };
}

/** What begins a function in the files of a change: the old one's rule comes before the new one's. */
export function functionPatternOf(source: DiffSource, { old, new: new_ }: FileChange): FunctionPattern | undefined {
  return driverOf(source, old)?.functionPattern ?? driverOf(source, new_)?.functionPattern;
}

/** What a word is in the files of a change: the old one's rule comes before the new one's. */
export function wordPatternOf(source: DiffSource, { old, new: new_ }: FileChange): TextPattern | undefined {
  return driverOf(source, old)?.words ?? driverOf(source, new_)?.words;
}

/** Whether both sides have the same id, whatever else changed. */
export function hasSameId({ old, new: new_ }: FileChange): boolean {
  return idOf(old) === idOf(new_);
}

function idOf(entry: DiffEntry | undefined): ObjectId | undefined {
  return entry?.id;
}
