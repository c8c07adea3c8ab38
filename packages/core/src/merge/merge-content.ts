/** Merges what stands at one path: modes, then files, links or submodules. */
import { GovcError } from '../errors.js';
import { isBinary } from '../diff/is-binary.js';
import type { ObjectId } from '../hash/object-id.js';
import { isFileMode, MODE_GITLINK } from '../object/tree.js';
import { ABSENT, BASE, OURS, THEIRS, typeOfMode, type Version } from './merge-entry.js';
import { mergeFile, type MergeFavor } from './merge-file.js';
import { textFromByteText } from './merge-message.js';
import type { DriverRequest, DriverResult, MergeDriver } from './merge-options.js';
import type { MergeState, MergeStore } from './merge-state.js';
import { mergeSubmodule } from './merge-submodule.js';

/** Three versions of one file, and where each comes from. */
export interface ContentRequest {
  /** Where the result is to stand; attributes are looked up for it. */
  readonly path: string;
  /** Both sides have the same type; the base may be absent or of another. */
  readonly stages: readonly [Version, Version, Version];
  readonly names: readonly [string, string, string];
  /** How much longer conflict markers are than usual, so that nested ones can be told apart. */
  readonly extraMarkerSize: number;
}

/** What came of it. */
export interface ContentResult {
  readonly version: Version;
  readonly isClean: boolean;
}

/** Merges three versions. @throws {GovcError} object-missing, object-type-mismatch */
export function mergeContent(state: MergeState, request: ContentRequest): ContentResult {
  const [base, ours, theirs] = request.stages;
  const modesAgree = ours.mode === theirs.mode || ours.mode === base.mode;
  const mode = modesAgree ? theirs.mode : ours.mode;
  const modeIsClean = modesAgree || theirs.mode === base.mode;

  if (ours.id === theirs.id || ours.id === base.id) return { version: { mode, id: theirs.id }, isClean: modeIsClean };
  if (theirs.id === base.id) return { version: { mode, id: ours.id }, isClean: modeIsClean };

  // A base of another type says nothing about the content.
  const sameType = typeOfMode(base.mode) === typeOfMode(ours.mode);
  if (isFileMode(ours.mode)) {
    const merged = mergeFiles(state, request, sameType ? base.id : undefined);
    const id = state.store.write('blob', merged.content);
    state.say('Auto-merging', [request.path], `Auto-merging ${request.path}`);
    return { version: { mode, id }, isClean: modeIsClean && merged.isClean };
  }
  if (typeOfMode(ours.mode) === MODE_GITLINK) {
    const merged = mergeSubmodule(state, request.names[BASE], [sameType ? base.id : undefined, ours.id!, theirs.id!]);
    if (state.depth > 0 && !sameType && !merged.isClean) return { version: base, isClean: false };
    return { version: merged.id === undefined ? ABSENT : { mode, id: merged.id }, isClean: merged.isClean };
  }
  if (state.depth > 0) return { version: base, isClean: false };
  const { favor } = state.options;
  return { version: { mode, id: favor === 'theirs' ? theirs.id : ours.id }, isClean: favor !== undefined };
}

function mergeFiles(state: MergeState, request: ContentRequest, baseId: ObjectId | undefined): DriverResult {
  const { path, stages, names } = request;
  const { options, labels, store } = state;
  const textPath = textFromByteText(path);
  const [driverName, sizeText] = options.attributes?.check(textPath, ['merge', 'conflict-marker-size']) ?? [undefined, undefined];
  const markerSize = (parseMarkerSize(sizeText) ?? MARKER_SIZE) + request.extraMarkerSize;
  const sameNames = names[BASE] === names[OURS] && names[OURS] === names[THEIRS];
  const labelFor = (label: string, name: string): string => textFromByteText(sameNames ? label : `${label}:${name}`);
  const read = (id: ObjectId | undefined): Uint8Array => {
    const content = readBlob(store, id);
    return options.normalize === undefined ? content : options.normalize(textPath, content);
  };
  const contents: DriverRequest = {
    path: textPath,
    base: read(baseId),
    ours: read(stages[OURS].id),
    theirs: read(stages[THEIRS].id),
    labels: {
      base: labelFor(labels.ancestor, names[BASE]),
      ours: labelFor(labels.branch1, names[OURS]),
      theirs: labelFor(labels.branch2, names[THEIRS]),
    },
    markerSize,
  };
  const driver = findDriver(state, driverName);
  switch (driver) {
    case 'text':
      return mergeText(state, contents, undefined);
    case 'union':
      return mergeText(state, contents, 'union');
    case 'binary':
      return mergeBinary(state, contents, undefined);
    default:
      return driver(contents);
  }
}

const MARKER_SIZE = 7;
/** Git's own line tools take no more. */
const TEXT_SIZE_MAX = 1023 * 1024 * 1024;

type BuiltInDriver = 'text' | 'union' | 'binary';

/** The driver for a value of the attribute `merge`. */
function findDriver(state: MergeState, value: string | boolean | undefined): BuiltInDriver | MergeDriver['merge'] {
  const { drivers, defaultDriver } = state.options;
  const byName = (name: string): BuiltInDriver | MergeDriver => {
    const custom = drivers?.get(name);
    if (custom !== undefined) return custom;
    return name === 'union' || name === 'binary' ? name : 'text';
  };
  if (value === true) return 'text';
  if (value === false) return 'binary';
  let driver: BuiltInDriver | MergeDriver = byName(value ?? defaultDriver ?? 'text');
  if (typeof driver === 'string') return driver;
  if (state.depth > 0 && driver.recursive !== undefined) driver = byName(driver.recursive);
  return typeof driver === 'string' ? driver : driver.merge;
}

function mergeText(state: MergeState, contents: DriverRequest, union: 'union' | undefined): DriverResult {
  const { base, ours, theirs, labels, markerSize } = contents;
  const isText = [base, ours, theirs].every((bytes) => bytes.length <= TEXT_SIZE_MAX && !isBinary(bytes));
  if (!isText) return mergeBinary(state, contents, union);
  const { style, whitespace, algorithm, favor } = state.options;
  const chosen: MergeFavor | undefined = union ?? (state.depth > 0 ? undefined : favor);
  const merged = mergeFile(base, ours, theirs, {
    labels, markerSize,
    style: style ?? 'merge',
    algorithm: algorithm ?? 'histogram',
    level: 'zealous',
    ...(chosen === undefined ? {} : { favor: chosen }),
    ...(whitespace === undefined ? {} : { whitespace }),
  });
  return { content: merged.content, isClean: merged.conflictCount === 0 };
}

/** One of the contents as it is. A union of binary files is ours, and a conflict. */
function mergeBinary(state: MergeState, contents: DriverRequest, union: 'union' | undefined): DriverResult {
  const { path, base, ours, theirs, labels } = contents;
  if (state.depth > 0) return { content: base, isClean: true };
  const favor = union ?? state.options.favor;
  if (favor === 'ours') return { content: ours, isClean: true };
  if (favor === 'theirs') return { content: theirs, isClean: true };
  const shown = `warning: Cannot merge binary files: ${path} (${labels.ours} vs. ${labels.theirs})`;
  state.sayText('CONFLICT (binary)', path, shown);
  return { content: ours, isClean: false };
}

/** The size as C's `atoi` reads it; `undefined` where that is not positive. */
function parseMarkerSize(value: string | boolean | undefined): number | undefined {
  if (typeof value !== 'string') return undefined;
  const size = Number.parseInt(value, 10);
  return size > 0 && size < 0x7fff_ffff ? size : undefined;
}

/** The content of a blob; empty for `undefined`. @throws {GovcError} object-missing, object-type-mismatch */
export function readBlob(store: MergeStore, id: ObjectId | undefined): Uint8Array {
  if (id === undefined) return NO_BYTES;
  const object = store.objects.find(id);
  if (object === undefined) throw new GovcError('object-missing', `The blob ${id} is missing from the repository.`, { id });
  if (object.type !== 'blob') {
    throw new GovcError('object-type-mismatch', `The object ${id} is a ${object.type}, not a blob.`, { id, expected: 'blob', actual: object.type });
  }
  return object.body;
}

const NO_BYTES = new Uint8Array(0);
