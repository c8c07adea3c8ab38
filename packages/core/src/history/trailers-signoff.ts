/** The trailer by which a committer vouches for a change. */
import { cleanIdentityText, type Identity } from '../object/identity.js';
import { findTrailerBlock, type TrailerSyntax } from './trailers.js';

/** How {@link appendSignoff} adds. */
export interface SignoffOptions {
  readonly syntax?: TrailerSyntax | undefined;
  /** Add nothing where the same sign-off stands anywhere in the block, not only at its end. Default: `false`. */
  readonly onlyOnce?: boolean | undefined;
}

/** The message with `Signed-off-by: name <email>` at its end, unless that is its last trailer already. */
export function appendSignoff(message: string, signer: Pick<Identity, 'name' | 'email'>, options: SignoffOptions = {}): string {
  const line = `Signed-off-by: ${cleanIdentityText(signer.name)} <${cleanIdentityText(signer.email)}>\n`;
  const text = message === '' || message.endsWith('\n') ? message : `${message}\n`;
  if (text === line) return text;
  const { lines } = findTrailerBlock(text, { syntax: options.syntax });
  if (lines.length === 0) return `${text}${gapAfter(text)}${line}`;
  const matches = (other: string | undefined): boolean => other?.startsWith(line) === true;
  if (matches(lines.at(-1)) || (options.onlyOnce === true && lines.some(matches))) return text;
  return text + line;
}

/** Whether a message ends in a block of trailers. */
export function hasTrailerBlock(message: string, syntax?: TrailerSyntax): boolean {
  return findTrailerBlock(message, { syntax }).lines.length > 0;
}

function gapAfter(text: string): string {
  if (text === '') return '\n\n';
  return text.length === 1 || text.charAt(text.length - 2) !== '\n' ? '\n' : '';
}
