/**
 * The one error class of `@govc/core` and its table of codes.
 *
 * Callers identify an error by `code`; messages may change in any release.
 */

/** Every code that `GovcError` can carry, with what it means. A retired code is never used again. */
export const ERROR_CODES = {
  'aborted': 'The caller asked for the work to stop before it was done.',
  'attributes-invalid': 'A line of an attributes file cannot be read.',
  'backend-closed': 'The storage backend was closed.',
  'backend-moved': 'Another writer has appended to the log since the position that the caller knew.',
  'commit-graph-invalid': 'A commit-graph file is damaged or of a kind that is not known.',
  'bundle-empty': 'A bundle would bring no ref.',
  'bundle-invalid': 'A bundle is malformed or cut off.',
  'bundle-prerequisite-missing': 'The repository lacks commits that a bundle builds on.',
  'bisect-invalid': 'A word, a log or terms of a bisection cannot be used.',
  'config-invalid': 'Text in the config language cannot be read, or a value has the wrong type.',
  'connectivity-broken': 'An object that a new ref needs is missing from the repository.',
  'date-mode-invalid': 'Text names no way to show dates.',
  'delta-invalid': 'A delta does not fit its base or is malformed.',
  'draft-closed': 'The draft was published or discarded and takes no more edits.',
  'encoding-failed': 'A file is not in the encoding that its attribute names.',
  'export-refused': 'An export meets something that its options do not say how to write.',
  'filter-failed': 'A filter that is required for a file failed or could not be run.',
  'fsck-failed': 'An object breaks a rule that the repository enforces.',
  'import-invalid': 'A fast-import stream cannot be read or asks for something that is not there.',
  'index-file-invalid': 'A staging index file is malformed or its checksum does not match.',
  'index-unmerged': 'The index holds conflicts, so no tree can be made from it.',
  'io-failed': 'Reading or writing outside the process failed.',
  'limit-exceeded': 'Input is larger than the bound that protects this process.',
  'line-range-invalid': 'A range of lines cannot be read, or is not in the file.',
  'lock-held': 'A lock file of another writer exists and did not go away in time.',
  'line-ends-unsafe': 'Adding a file would change its line ends for good, which the configuration forbids.',
  'note-exists': 'There is a note about that object already.',
  'note-missing': 'There is no note about that object.',
  'mail-invalid': 'A mail or mailbox cannot be read.',
  'name-missing': 'No ref leads to the commit, so that it has no name.',
  'nothing-to-commit': 'The commit would record the same tree as its parent.',
  'object-corrupt': 'The bytes of an object do not hash to its id or are malformed.',
  'object-id-ambiguous': 'An abbreviated object id fits more than one object.',
  'object-id-invalid': 'Text is not an object id of the repository\'s hash.',
  'object-invalid': 'A new object cannot be made from the given parts.',
  'object-missing': 'No object with that id exists in the repository.',
  'object-type-mismatch': 'An object has another type than the one asked for.',
  'pack-corrupt': 'A packfile is truncated, malformed, or its checksum does not match.',
  'pack-index-corrupt': 'A pack index file is malformed or does not belong to its pack.',
  'packed-refs-invalid': 'A packed-refs file is malformed.',
  'path-invalid': 'A path is empty, unsafe, or cannot stand in a tree.',
  'path-missing': 'No entry with that path exists in the tree.',
  'patch-invalid': 'A patch cannot be read; `data.line` says where.',
  'pathspec-invalid': 'A pathspec is malformed.',
  'pattern-invalid': 'A regular expression cannot be read.',
  'protocol-error': 'The peer sent something that the Git protocol does not allow.',
  'ref-conflict': 'A ref does not have the value that the edit expects.',
  'ref-invalid': 'A ref file or ref value is malformed.',
  'ref-missing': 'No ref with that name exists.',
  'ref-name-clash': 'A ref name is a folder of another ref, or the other way round.',
  'ref-name-invalid': 'A name breaks the rules of git check-ref-format.',
  'ref-refused': 'An edit of a ref was refused by policy.',
  'refspec-invalid': 'A refspec is malformed.',
  'refspec-source-missing': 'A refspec names a ref that the other side does not have.',
  'remote-failed': 'Another repository cannot be reached, or answers with an error.',
  'remote-unauthorized': 'Another repository wants credentials, or refuses those it got.',
  'remote-url-invalid': 'The address of another repository is malformed, or of a kind that is not allowed.',
  'reflog-invalid': 'A line of a reflog is malformed.',
  'reflog-missing': 'A ref has no log, or its log no such entry.',
  'reftable-invalid': 'A table of refs, or the list of tables, is damaged or of a kind that is not known.',
  'replay-invalid': 'A cherry-pick, revert, rebase or stash cannot be done or gone on with as asked.',
  'repository-exists': 'A repository already exists at that place.',
  'repository-invalid': 'The directory is not a Git repository, or one with an extension that is not supported.',
  'revision-invalid': 'A revision expression cannot be read or names nothing.',
  'signature-failed': 'A signature could not be made or its program could not be run.',
  'stash-missing': 'There is no stash at that position.',
  'symref-loop': 'Symbolic refs point at each other or nest too deeply.',
  'transaction-refused': 'A batch was refused; `data.refusals` lists every reason.',
  'unrelated-histories': 'Two commits have no common ancestor, and merging such was not allowed.',
  'unsupported': 'The request is understood, but this repository or backend cannot do it.',
  'writer-failed': 'An earlier write failed; the repository refuses writes until it is reloaded.',
} as const;

/** A literal code of {@link ERROR_CODES}. */
export type ErrorCode = keyof typeof ERROR_CODES;

/**
 * The only error class that this package throws on purpose.
 *
 * `code` is stable, `data` holds the structured facts (ids as hex strings, sizes in bytes), and
 * `message` names the thing and the way out.
 */
export class GovcError extends Error {
  override readonly name = 'GovcError';
  readonly code: ErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/** Whether `error` is a `GovcError` with the given code; works across copies of this package. */
export function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === code;
}

/**
 * States an invariant of this package.
 *
 * @throws {Error} when it does not hold: a defect of ours, which nobody may catch and go on from.
 */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken in @govc/core: ${sentence}`);
}
