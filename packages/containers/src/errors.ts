/** The one error class of `@govc/containers` and its table of codes. */

/** Every code that a {@link ContainersError} can carry, with what it means. A retired code is never used again. */
export const CONTAINERS_ERROR_CODES = {
  'blob-too-large': 'Content is larger than the writer allows.',
  'blob-unknown': 'No content with that digest is there under that name.',
  'definition-too-large': 'A container definition is larger than the bound.',
  'digest-invalid': 'A text is no digest.',
  'digest-mismatch': 'Content is not what its digest says.',
  'heredoc-unterminated': 'A heredoc has no line with its closing word.',
  'image-name-invalid': 'A text cannot name an image.',
  'instruction-invalid': 'The arguments of an instruction cannot be read.',
  'instruction-misplaced': 'An instruction stands where it may not, for example before the first base image.',
  'instruction-unknown': 'A line begins with a word that is no instruction.',
  'manifest-too-large': 'A manifest is larger than 4 MiB.',
  'reference-invalid': 'A text is neither a tag nor a digest.',
  'size-mismatch': 'Content is longer or shorter than it was said to be.',
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
