/** `rebase-merge/author-script`: the author of a commit that is being made, as lines for a shell. */
import { parseIdentity } from '@govc/core/plumbing';

/** The author in the variables of the environment that name one. */
export interface ScriptedAuthor {
  readonly GIT_AUTHOR_NAME: string;
  readonly GIT_AUTHOR_EMAIL: string;
  readonly GIT_AUTHOR_DATE: string;
}

/** The variables for a raw author. */
export function scriptedAuthor(author: Uint8Array): ScriptedAuthor {
  const { name, email, timeSeconds, timezone } = parseIdentity(author);
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_AUTHOR_DATE: `@${timeSeconds} ${timezone}` };
}

/** The lines of the file. */
export function serializeAuthorScript(author: ScriptedAuthor): string {
  return Object.entries(author).map(([name, value]) => `${name}='${String(value).replaceAll("'", "'\\''")}'\n`).join('');
}

/** Reads them; a sentence about what is wrong, or `undefined` where the file is of no use. */
export function parseAuthorScript(text: string): ScriptedAuthor | string {
  const found: Record<string, string> = {};
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const match = /^(GIT_AUTHOR_(?:NAME|EMAIL|DATE))=(.*)$/.exec(line);
    if (match === null) return `unknown variable '${line.split('=', 1)[0]!}'`;
    const [, name, quoted] = match;
    if (found[name!] !== undefined) return `'${name!}' already given`;
    const value = unquote(quoted!);
    if (value === undefined) return `unable to dequote value of '${name!}'`;
    found[name!] = value;
  }
  for (const name of ['GIT_AUTHOR_NAME', 'GIT_AUTHOR_EMAIL', 'GIT_AUTHOR_DATE']) if (found[name] === undefined) return `missing '${name}'`;
  return found as unknown as ScriptedAuthor;
}

/** The text of a word in single quotes, in which `'\''` stands for a quote. */
function unquote(quoted: string): string | undefined {
  if (!/^'[^']*'(?:\\['!]'[^']*')*$/.test(quoted)) return undefined;
  return quoted.slice(1, -1).replace(/'\\(['!])'/g, '$1');
}
