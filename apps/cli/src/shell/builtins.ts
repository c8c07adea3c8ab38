/** The few commands beside Git's own that scripts around Git use, on files in memory. */
import type { Files } from '@govc/core/plumbing';

import { absolutePath } from '../session/files-host.js';

/** What a builtin works on. */
export interface BuiltinContext {
  readonly args: readonly string[];
  readonly files: Files;
  readonly cwd: string;
  readonly input: Uint8Array;
}

/** What a builtin did. */
export interface BuiltinResult {
  readonly exitCode: number;
  readonly stdout?: string | Uint8Array;
  readonly stderr?: string;
  /** Where the shell goes. */
  readonly cwd?: string;
}

/** A builtin. */
export type Builtin = (context: BuiltinContext) => BuiltinResult;

const OK: BuiltinResult = { exitCode: 0 };

function place(cwd: string, path: string): string {
  return absolutePath(cwd, path).slice(1);
}

/** Every builtin by its name. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  true: () => OK,
  false: () => ({ exitCode: 1 }),
  pwd: ({ cwd }) => ({ exitCode: 0, stdout: `${cwd}\n` }),
  cd: ({ args, files, cwd }) => {
    const target = absolutePath(cwd, args[0] ?? '/');
    if (target !== '/' && files.find(target.slice(1))?.kind !== 'directory') return { exitCode: 1, stderr: `cd: ${args[0] ?? ''}: No such file or directory\n` };
    return { exitCode: 0, cwd: target };
  },
  echo: ({ args }) => {
    const isBare = args[0] === '-n';
    return { exitCode: 0, stdout: (isBare ? args.slice(1) : args).join(' ') + (isBare ? '' : '\n') };
  },
  printf: ({ args }) => ({ exitCode: 0, stdout: formatText(args[0] ?? '', args.slice(1)) }),
  cat: ({ args, files, cwd, input }) => {
    const pieces: Uint8Array[] = args.length === 0 ? [input] : [];
    for (const path of args) {
      if (path !== '-' && files.find(place(cwd, path))?.kind !== 'file') return { exitCode: 1, stdout: Buffer.concat(pieces), stderr: `cat: ${path}: No such file or directory\n` };
      pieces.push(path === '-' ? input : files.read(place(cwd, path)));
    }
    return { exitCode: 0, stdout: Buffer.concat(pieces) };
  },
  ls: ({ args, files, cwd }) => {
    const showsAll = args.includes('-a');
    const path = args.find((arg) => !arg.startsWith('-')) ?? '.';
    const names = files.list(place(cwd, path));
    if (names === undefined) return files.find(place(cwd, path)) === undefined ? { exitCode: 2, stderr: `ls: cannot access '${path}': No such file or directory\n` } : { exitCode: 0, stdout: `${path}\n` };
    return { exitCode: 0, stdout: names.filter((name) => showsAll || !name.startsWith('.')).sort().map((name) => `${name}\n`).join('') };
  },
  mkdir: ({ args, files, cwd }) => {
    for (const path of args.filter((arg) => !arg.startsWith('-'))) files.makeDirectory(place(cwd, path));
    return OK;
  },
  rm: ({ args, files, cwd }) => {
    const isForced = args.some((arg) => /^-\w*f/.test(arg));
    const recurses = args.some((arg) => /^-\w*r/i.test(arg));
    for (const path of args.filter((arg) => !arg.startsWith('-'))) {
      const target = place(cwd, path);
      const kind = files.find(target)?.kind;
      if (kind === undefined && !isForced) return { exitCode: 1, stderr: `rm: cannot remove '${path}': No such file or directory\n` };
      if (kind === 'directory' && !recurses) return { exitCode: 1, stderr: `rm: cannot remove '${path}': Is a directory\n` };
      if (kind !== undefined) removeTree(files, target);
    }
    return OK;
  },
  mv: ({ args, files, cwd }) => {
    const [from = '', to = ''] = args;
    if (files.find(place(cwd, from)) === undefined) return { exitCode: 1, stderr: `mv: cannot stat '${from}': No such file or directory\n` };
    const isFolder = files.find(place(cwd, to))?.kind === 'directory';
    files.rename(place(cwd, from), place(cwd, isFolder ? `${to}/${from.slice(from.lastIndexOf('/') + 1)}` : to));
    return OK;
  },
  cp: ({ args, files, cwd }) => {
    const [from = '', to = ''] = args;
    const info = files.find(place(cwd, from));
    if (info?.kind !== 'file') return { exitCode: 1, stderr: `cp: cannot stat '${from}': No such file or directory\n` };
    const isFolder = files.find(place(cwd, to))?.kind === 'directory';
    files.write(place(cwd, isFolder ? `${to}/${from.slice(from.lastIndexOf('/') + 1)}` : to), files.read(place(cwd, from)), { isExecutable: info.isExecutable });
    return OK;
  },
  chmod: ({ args, files, cwd }) => {
    const [mode = '', ...paths] = args;
    for (const path of paths) files.setExecutable(place(cwd, path), mode.includes('+') ? mode.includes('x') : /^[0-7]*[1357]/.test(mode));
    return OK;
  },
  test: ({ args, files, cwd }) => ({ exitCode: holds(args, files, cwd) ? 0 : 1 }),
};

function holds(args: readonly string[], files: Files, cwd: string): boolean {
  if (args[0] === '!') return !holds(args.slice(1), files, cwd);
  const [first = '', second, third] = args;
  if (args.length === 3) {
    switch (second) {
      case '=': return first === third;
      case '!=': return first !== third;
      case '-eq': return Number(first) === Number(third);
      case '-ne': return Number(first) !== Number(third);
      case '-lt': return Number(first) < Number(third);
      case '-gt': return Number(first) > Number(third);
      default: return false;
    }
  }
  if (args.length < 2) return first !== '';
  const info = files.find(place(cwd, second!));
  switch (first) {
    case '-e': return info !== undefined;
    case '-f': return info?.kind === 'file';
    case '-d': return info?.kind === 'directory';
    case '-s': return info !== undefined && info.sizeBytes > 0;
    case '-x': return info?.isExecutable === true;
    case '-z': return second === '';
    case '-n': return second !== '';
    default: return false;
  }
}

function removeTree(files: Files, path: string): void {
  const pending: { readonly path: string; readonly isEmptied: boolean }[] = [{ path, isEmptied: false }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (files.find(next.path)?.kind !== 'directory') files.remove(next.path);
    else if (next.isEmptied) files.removeDirectory(next.path);
    else {
      pending.push({ path: next.path, isEmptied: true });
      for (const name of files.list(next.path) ?? []) pending.push({ path: `${next.path}/${name}`, isEmptied: false });
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\', a: '\x07', b: '\b', f: '\f', v: '\v' };

/** The format is used again for as long as there are arguments. */
function formatText(format: string, args: readonly string[]): string {
  let text = '';
  let at = 0;
  do {
    const before = at;
    text += format.replace(/\\([ntr\\abfv])|\\([0-7]{1,3})|%([sd%])/g, (_, escape: string | undefined, octal: string | undefined, kind: string | undefined) => {
      if (escape !== undefined) return ESCAPES[escape]!;
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      if (kind === '%') return '%';
      const arg = args[at++] ?? '';
      return kind === 'd' ? String(Number(arg) || 0) : arg;
    });
    if (at === before) break;
  } while (at < args.length);
  return text;
}
