/** The one error class of `@govc/containers` and its table of codes. */

/** Every code that a {@link ContainersError} can carry, with what it means. A retired code is never used again. */
export const CONTAINERS_ERROR_CODES = {
  'archive-invalid': 'An archive is damaged, of an unknown kind, or holds what no archive may hold.',
  'base-missing': 'A base image is not in the registry of the server, and no engine is there to fetch it.',
  'blob-too-large': 'Content is larger than the writer allows.',
  'blob-unknown': 'No content with that digest is there under that name.',
  'build-cancelled': 'A build was cancelled before it was done.',
  'build-failed': 'An engine could not build the definition.',
  'build-timed-out': 'A build took longer than it may.',
  'checksum-mismatch': 'What ADD brings is not what its checksum says.',
  'context-too-large': 'The context of a build has more files or bytes than it may.',
  'definition-invalid': 'A definition lacks what its language demands.',
  'definition-too-large': 'A container definition is larger than the bound.',
  'digest-invalid': 'A text is no digest.',
  'digest-mismatch': 'Content is not what its digest says.',
  'download-refused': 'ADD names a URL that cannot or may not be fetched.',
  'engine-missing': 'A definition has a RUN, and no container engine is installed.',
  'heredoc-unterminated': 'A heredoc has no line with its closing word.',
  'image-name-invalid': 'A text cannot name an image.',
  'image-too-large': 'An image or a layer has more bytes than it may.',
  'image-unsupported': 'An image is of a kind or platform that cannot be used.',
  'instruction-invalid': 'The arguments of an instruction cannot be read.',
  'instruction-misplaced': 'An instruction stands where it may not, for example before the first base image.',
  'instruction-unknown': 'A line begins with a word that is no instruction.',
  'lfs-pointer': 'A file of a context is a pointer of Git LFS and not the file itself.',
  'manifest-too-large': 'A manifest is larger than 4 MiB.',
  'path-refused': 'A path leads where a build may not go.',
  'platform-unsupported': 'A platform cannot be built for.',
  'policy-violated': 'An image or its definition is against the rules of the server.',
  'reference-invalid': 'A text is neither a tag nor a digest.',
  'size-mismatch': 'Content is longer or shorter than it was said to be.',
  'source-missing': 'COPY or ADD names a file that is not there.',
  'target-unknown': 'A definition has no stage of that name.',
  'variable-unset': 'A variable that must be set is not.',
  'yaml-invalid': 'A text is no YAML, or none of a reasonable size.',
} as const;

/** A literal code of {@link CONTAINERS_ERROR_CODES}. */
export type ContainersErrorCode = keyof typeof CONTAINERS_ERROR_CODES;

/** The only error class that this package throws on purpose. `data.line` counts from 1. Identify it by `code`; messages may change. */
export class ContainersError extends Error {
  override readonly name = 'ContainersError';
  readonly code: ContainersErrorCode;
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ContainersErrorCode,
    message: string,
    data: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/** An error about one line of a definition. */
export function errorAt(line: number, code: ContainersErrorCode, reason: string): ContainersError {
  return new ContainersError(code, `line ${line}: ${reason}`, { line });
}
