/**
 * Every bound on input that someone else chooses. Each is checked before memory is allocated.
 */

/** One bound: its value, the unit it counts, and why it is there. */
export interface Limit {
  readonly value: number;
  readonly unit: 'bytes' | 'count' | 'levels' | 'ms';
  readonly reason: string;
}

const KIB = 1024;
const MIB = 1024 * KIB;

/** The table of bounds. Values are defaults; a function that takes an override says so. */
export const LIMITS = {
  alternateCount: { value: 1000, unit: 'count', reason: 'Each is asked for every object that is not found.' },
  alternateDepth: { value: 5, unit: 'levels', reason: 'Git follows alternates of alternates no further.' },
  attributesLineSize: { value: 2048, unit: 'bytes', reason: 'Git passes over longer lines of an attributes file.' },
  commitGraphSize: { value: 1536 * MIB, unit: 'bytes', reason: 'A commit-graph file is read whole; twenty million commits fit.' },
  bundleLineSize: { value: 64 * KIB, unit: 'bytes', reason: 'A line of a bundle is held in memory; it names one object and ref.' },
  bundleRefCount: { value: 1_000_000, unit: 'count', reason: 'Refs of a bundle are held in memory.' },
  combinedLostCells: {
    value: 64 * MIB,
    unit: 'count',
    reason: 'Lines that two parents lost in one place are aligned in a table of their product.',
  },
  combinedParentCount: { value: 30, unit: 'count', reason: 'Sets of parents of a combined diff are bits of one number.' },
  configParameterCount: { value: 100_000, unit: 'count', reason: 'GIT_CONFIG_COUNT is a number anyone can write.' },
  configSize: { value: 16 * MIB, unit: 'bytes', reason: 'A config file is read whole.' },
  configIncludeCount: { value: 1000, unit: 'count', reason: 'Ten levels of files that include each other grow without end.' },
  configIncludeDepth: { value: 10, unit: 'levels', reason: 'Git stops following includes there.' },
  configLineSize: { value: 512 * KIB, unit: 'bytes', reason: 'Git edits no section in a file with a longer line.' },
  deltaChainDepth: {
    value: 4096,
    unit: 'levels',
    reason: 'Git itself never writes more than 4095; a longer chain is an attack on time.',
  },
  deltaCacheSize: { value: 96 * MIB, unit: 'bytes', reason: 'Bases kept while resolving a pack.' },
  diffTreeDepth: {
    value: 16_384,
    unit: 'levels',
    reason: 'Directories that are compared hold a cursor each, and every change below copies the path.',
  },
  reftableSize: { value: 1024 * MIB, unit: 'bytes', reason: 'All tables of refs are held in memory; some ten million refs fit.' },
  regexDepth: { value: 250, unit: 'levels', reason: 'Groups are parsed and compiled by recursion.' },
  regexProgramSize: { value: 50_000, unit: 'count', reason: 'Intervals inside intervals multiply the steps of an automaton.' },
  regexRepeat: { value: 32_767, unit: 'count', reason: 'RE_DUP_MAX of the C library that Git is built with.' },
  regexSize: { value: 64 * KIB, unit: 'bytes', reason: 'Each character is a step of an automaton at least.' },
  mergeBaseDepth: { value: 1000, unit: 'levels', reason: 'Merge bases may need merge bases of their own, and so on.' },
  multiPackIndexSize: { value: 2047 * MIB, unit: 'bytes', reason: 'A multi-pack-index is read whole; fifty million objects fit.' },
  diffLineCount: { value: 50_000_000, unit: 'count', reason: 'Lines of both sides of a comparison; each takes about 40 bytes.' },
  objectSizeInMemory: {
    value: 2 * 1024 * MIB - 1,
    unit: 'bytes',
    reason: 'The largest object that is materialised whole; larger ones are streamed.',
  },
  objectSizeStreamed: {
    value: 1 * MIB,
    unit: 'bytes',
    reason: 'From here on a blob is hashed piece by piece while a pack is verified.',
  },
  deltaResultSize: {
    value: 512 * MIB,
    unit: 'bytes',
    reason: 'A delta of a few bytes can promise gigabytes; both its base and result are in memory.',
  },
  packExpandedSize: {
    value: 64 * 1024 * MIB,
    unit: 'bytes',
    reason: 'A pack may expand to this or to 1,000 times its size; more is an attack on time.',
  },
  packObjectCount: { value: 50_000_000, unit: 'count', reason: 'An index entry is allocated per object.' },
  importLineSize: { value: 1 * MIB, unit: 'bytes', reason: 'A line of a fast-import stream is held in memory; two quoted paths fit.' },
  indexEntryCount: { value: 50_000_000, unit: 'count', reason: 'Entries of an index file are held in memory.' },
  indexPathsSize: {
    value: 1024 * MIB,
    unit: 'bytes',
    reason: 'A byte of an index file of version 4 can repeat the whole path before.',
  },
  packetSize: { value: 65_520, unit: 'bytes', reason: 'The longest pkt-line, gitprotocol-common.' },
  patternFileSize: { value: 100 * MIB, unit: 'bytes', reason: 'Git reads no larger attributes file; ignore files are held to the same.' },
  patchSize: { value: 1023 * MIB, unit: 'bytes', reason: 'MAX_APPLY_SIZE of Git; a patch is read whole.' },
  prettyColumns: { value: 16 * KIB, unit: 'count', reason: 'Padding and wrapping of a pretty format; Git pads no further.' },
  pushCommandCount: { value: 1_000_000, unit: 'count', reason: 'Commands of a push are held in memory.' },
  pushCommandsSize: { value: 128 * MIB, unit: 'bytes', reason: 'Commands of a push are held in memory.' },
  pushOptionCount: { value: 1000, unit: 'count', reason: 'Push options are held in memory.' },
  replaceDepth: { value: 5, unit: 'levels', reason: 'MAXREPLACEDEPTH of Git.' },
  rangeDiffCount: { value: 4096, unit: 'count', reason: 'Matching takes a table of their square, and time by their cube.' },
  requestTextSize: {
    value: 64 * MIB,
    unit: 'bytes',
    reason: 'Names and prefixes of one protocol request are held in memory.',
  },
  wantCount: { value: 2_000_000, unit: 'count', reason: 'Wants of a fetch are held in memory.' },
  haveCount: { value: 10_000_000, unit: 'count', reason: 'Haves of one request are held in memory.' },
  filterSpecSize: { value: 64 * KIB, unit: 'bytes', reason: 'A filter is parsed as one string.' },
  refFileSize: { value: 64 * KIB, unit: 'bytes', reason: 'The file of one ref is read whole; a name and some spaces fit.' },
  refNameSize: { value: 4096, unit: 'bytes', reason: 'A ref is a path on disk; longer names cannot be stored.' },
  refPrefixCount: { value: 65_536, unit: 'count', reason: 'Prefixes of ls-refs; Git falls back to all refs.' },
  remoteRefCount: { value: 20_000_000, unit: 'count', reason: 'The refs that a remote lists are held in memory.' },
  revisionSize: { value: 64 * KIB, unit: 'count', reason: 'A revision is read from both ends, and each suffix may look at its whole name.' },
  symrefDepth: { value: 5, unit: 'levels', reason: 'SYMREF_MAXDEPTH of Git.' },
  tagDepth: { value: 10_000, unit: 'levels', reason: 'A tag may name a tag; peeling is iterative and bounded.' },
  todoItemCount: { value: 1_000_000, unit: 'count', reason: 'The lines of a todo list are held in memory.' },
  treeDepth: { value: 4096, unit: 'levels', reason: 'Nested trees; core.maxTreeDepth of Git is 2048 or 4096.' },
  treePathSize: { value: 64 * KIB, unit: 'bytes', reason: 'A path given to a verb is copied and split.' },
  treeEntryNameSize: { value: 4096, unit: 'bytes', reason: 'fsck warns about longer names (largePathname).' },
} as const satisfies Record<string, Limit>;
