import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { writeText } from '../print/output.js';
import { pathspecFrom } from '../session/arguments.js';
import { absolutePath } from '../session/files-host.js';
import { needObject } from '../session/revisions.js';

const USAGE = 'usage: git archive [<options>] <tree-ish> [<path>...]\n   or: git archive --list\n\n';
const FORMATS = ['tar', 'tgz', 'tar.gz', 'zip'];

/** `git archive`. */
export const archiveCommand: Command = async (args, context) => {
  const { io } = context;
  const names: string[] = [];
  const seen = { format: undefined as string | undefined, prefix: '', output: undefined as string | undefined, level: undefined as number | undefined, time: undefined as number | undefined };
  const extra: { path: string; content: Uint8Array; isExecutable: boolean }[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const next = (): string => args[++at] ?? die(`option requires a value`, 129);
    if (arg === '-h') {
      io.stdout.write(USAGE);
      return 129;
    }
    if (arg === '--') {
      names.push(...args.slice(at + 1));
      at = args.length;
    } else if (arg === '--list' || arg === '-l') {
      writeText(io.stdout, FORMATS.map((name) => `${name}\n`).join(''));
      return 0;
    } else if (arg.startsWith('--format=')) seen.format = arg.slice(9);
    else if (arg === '--format') seen.format = next();
    else if (arg.startsWith('--prefix=')) seen.prefix = arg.slice(9);
    else if (arg === '--prefix') seen.prefix = next();
    else if (arg.startsWith('--output=')) seen.output = arg.slice(9);
    else if (arg === '-o' || arg === '--output') seen.output = next();
    else if (/^-o./.test(arg)) seen.output = arg.slice(2);
    else if (/^-[0-9]$/.test(arg)) seen.level = Number(arg.slice(1));
    else if (arg.startsWith('--mtime=')) seen.time = Number(arg.slice(8));
    else if (arg === '-v' || arg === '--verbose' || arg === '--worktree-attributes') continue;
    else if (arg.startsWith('--add-file=')) {
      const path = arg.slice(11);
      const content = io.files.readFile(absolutePath(io.cwd, path)) ?? die(`File not found: ${path}`);
      extra.push({ path: seen.prefix + path.slice(path.lastIndexOf('/') + 1), content, isExecutable: false });
    } else if (arg.startsWith('-') && arg !== '-') throw new Failure(`error: unknown option \`${arg.replace(/^-+/, '')}'\n${USAGE}`, 129);
    else names.push(arg);
  }
  const [revision, ...paths] = names;
  if (revision === undefined) throw new Failure(USAGE, 129);
  const format = seen.format ?? (seen.output === undefined ? 'tar' : FORMATS.find((known) => seen.output!.endsWith(`.${known}`)) ?? 'tar');
  if (!FORMATS.includes(format)) die(`Unknown archive format '${format}'`);
  const session = await context.session();
  needObject(session, revision, 'treeish');
  const pieces = session.repository.archive(revision, {
    format: format === 'tgz' ? 'tar.gz' : format as 'tar', prefix: seen.prefix, paths: paths.length === 0 ? undefined : paths.map((path) => pathspecFrom(session, path)),
    level: seen.level, timeSeconds: seen.time, extraFiles: extra.length === 0 ? undefined : extra.map(({ path, content }) => ({ path, content, mode: 0o100644 })),
  });
  if (seen.output === undefined) for (const piece of pieces) io.stdout.write(piece);
  else io.files.writeFile(absolutePath(io.cwd, seen.output), Buffer.concat([...pieces]));
  return 0;
};
