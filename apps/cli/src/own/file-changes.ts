/** Changes of files as a command line names them: files of this machine, standard input, and paths that go. */
import { isUtf8 } from 'node:buffer';

import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readAll } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';
import type { Call, VerbOption } from './verb.js';

/** A change as the server takes it. */
export interface FileChange {
  readonly action: 'put' | 'delete';
  readonly path: string;
  readonly content?: string;
  readonly encoding?: 'utf-8' | 'base64';
  readonly mode?: '100644' | '100755';
}

/** The options that say what {@link fileChanges} reads. */
export const CHANGE_OPTIONS: readonly VerbOption[] = [
  { names: 'from', value: 'FILE', subject: 'file', help: 'where the content is, - for standard input; default: the file of the same name here' },
  { names: 'content', value: 'TEXT', subject: 'words', help: 'the content itself' },
  { names: 'd|delete', help: 'take the paths out' },
];

/** The changes that a call names, paths being those in the repository. @throws {Failure} a file is not there */
export async function fileChanges(call: Call, paths: readonly string[]): Promise<FileChange[]> {
  const from = call.text('from');
  const content = call.text('content');
  const given = [from !== undefined, content !== undefined, call.has('delete')].filter(Boolean).length;
  if (given > 1) throw new Failure('error: give only one of --from, --content and --delete\n', EXIT.usage);
  if (call.has('delete')) return paths.map((path) => ({ action: 'delete', path }));
  if (given === 1 && paths.length !== 1) throw new Failure('error: --from and --content are for one path\n', EXIT.usage);
  if (content !== undefined) return [{ action: 'put', path: paths[0]!, content }];
  if (from === '-') return [{ action: 'put', path: paths[0]!, ...contentOf(await readAll(call.io.stdin as AsyncIterable<Uint8Array>)) }];
  return paths.map((path) => readChange(call, path, from ?? path));
}

function readChange({ io }: Call, path: string, file: string): FileChange {
  const place = absolutePath(io.cwd, file);
  const bytes = io.files.kindAt(place) === 'file' ? io.files.readFile(place) : undefined;
  if (bytes === undefined) throw new Failure(`fatal: there is no file '${file}'\nhint: give the content with --content, or another file with --from\n`, EXIT.fatal);
  const slash = place.lastIndexOf('/');
  const isExecutable = io.files.at(place.slice(0, slash) || '/').find(place.slice(slash + 1))?.isExecutable === true;
  const name = path.startsWith('/') ? path.slice(1) : path.replace(/^(?:\.\/)+/, '');
  return { action: 'put', path: name, ...contentOf(bytes), ...(isExecutable ? { mode: '100755' as const } : {}) };
}

function contentOf(bytes: Uint8Array): Pick<FileChange, 'content' | 'encoding'> {
  return isUtf8(bytes) ? { content: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) } : { content: Buffer.from(bytes).toString('base64'), encoding: 'base64' };
}

/** Who commits: `user.name` and `user.email`, as Git has them; the server decides where neither is set. */
export async function authorFields(call: Call): Promise<Readonly<Record<string, string>>> {
  const config = await call.context.config();
  const { env } = call.io;
  const author = env['GIT_AUTHOR_NAME'] ?? config.get('author.name') ?? config.get('user.name');
  const email = env['GIT_AUTHOR_EMAIL'] ?? config.get('author.email') ?? config.get('user.email');
  return author === undefined || email === undefined ? {} : { author, email };
}
