import type { ServerErrorCode } from '@govc/server';

/** How a command ends, in the numbers of `git` where it has some. */
export const EXIT = {
  ok: 0,
  /** The command was understood and could not be done. */
  failed: 1,
  /** Something is wrong with the surroundings: a file, an address. */
  fatal: 128,
  /** The command line is wrong. */
  usage: 129,
} as const;

/** Exit codes by error code, where they differ from {@link EXIT}.fatal. */
export const EXIT_CODES: Readonly<Partial<Record<ServerErrorCode, number>>> = {
  'option-unknown': EXIT.usage,
};

/** The exit code of an error. */
export function exitCodeOf(error: unknown): number {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined;
  return (typeof code === 'string' ? (EXIT_CODES as Readonly<Record<string, number | undefined>>)[code] : undefined) ?? EXIT.fatal;
}
