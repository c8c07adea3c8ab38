import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What a file of a worktree is. */
export interface WorkFile {
  /** `0o100644`, `0o100755` or `0o120000`. */
  readonly mode: number;
  readonly content: Uint8Array;
}

/** What a git command did. */
export interface GitOutcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Who makes everything here. */
export const WALKER = { name: 'Wal Ker', email: 'walker@example.com' } as const;

/** A repository with a worktree that the git on PATH works in, with nothing of the user's configuration. */
export class RealWorktree {
  readonly folder = mkdtempSync(join(tmpdir(), 'govc-walk-'));
  /** Seconds since 1970, for all that is made next. */
  time = 1_700_000_000;

  constructor() {
    this.must(['init', '-q', '-b', 'main']);
    const settings = { 'gc.auto': '0', 'user.name': WALKER.name, 'user.email': WALKER.email, 'advice.detachedHead': 'false' };
    writeFileSync(join(this.folder, '.git/config'), readFileSync(join(this.folder, '.git/config'), 'utf8') +
      Object.entries(settings).map(([name, value]) => `[${name.split('.')[0]!}]\n\t${name.split('.')[1]!} = ${value}\n`).join(''));
  }

  run(args: readonly string[], input: string | Uint8Array = '', env: Readonly<Record<string, string>> = {}): GitOutcome {
    const date = `${this.time} +0000`;
    const { status, stdout, stderr, error } = spawnSync('git', args, {
      cwd: this.folder, input, maxBuffer: 1 << 28,
      env: {
        PATH: process.env['PATH'] ?? '', HOME: this.folder, LC_ALL: 'C', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1',
        GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date, GIT_EDITOR: 'true', GIT_TERMINAL_PROMPT: '0', GIT_MERGE_AUTOEDIT: 'no', ...env,
      },
    });
    if (error !== undefined) throw error;
    return { status: status ?? -1, stdout, stderr: stderr.toString() };
  }

  /** The output of a command that must succeed. */
  must(args: readonly string[], input: string | Uint8Array = '', env: Readonly<Record<string, string>> = {}): Buffer {
    const { status, stdout, stderr } = this.run(args, input, env);
    if (status !== 0) throw new Error(`git ${args.join(' ')} ended with ${status}: ${stderr}${stdout.toString()}`);
    return stdout;
  }

  /** All refs with their ids, and `HEAD` as it stands. Read from the files, which are loose here. */
  refs(): Map<string, string> {
    const found = new Map<string, string>([['HEAD', readFileSync(join(this.folder, '.git/HEAD'), 'utf8').trim().replace(/^ref: /, '')]]);
    const open = ['refs'];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      for (const entry of readdirSync(join(this.folder, '.git', at), { withFileTypes: true })) {
        const name = `${at}/${entry.name}`;
        if (entry.isDirectory()) open.push(name);
        else found.set(name, readFileSync(join(this.folder, '.git', name), 'utf8').trim());
      }
    }
    return found;
  }

  /** The conflicts in the index: for each path the mode and id of the stages 1 to 3. */
  unmerged(): Map<string, string> {
    const found = new Map<string, string>();
    for (const line of this.must(['ls-files', '-u', '-z']).toString().split('\0')) {
      const parts = /^(\d+) ([0-9a-f]+) (\d)\t(.*)$/s.exec(line);
      if (parts === null) continue;
      found.set(parts[4]!, `${found.get(parts[4]!) ?? ''}${parts[3]!}:${parts[1]!}:${parts[2]!} `);
    }
    return found;
  }

  read(path: string): WorkFile | undefined {
    const place = join(this.folder, path);
    // A file may stand where the path has a folder.
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) {
      if (lstatSync(join(this.folder, ...names.slice(0, depth)), { throwIfNoEntry: false })?.isDirectory() !== true) return undefined;
    }
    const stat = lstatSync(place, { throwIfNoEntry: false });
    if (stat === undefined || stat.isDirectory()) return undefined;
    if (stat.isSymbolicLink()) return { mode: 0o120000, content: readlinkSync(place, { encoding: 'buffer' }) };
    return { mode: (stat.mode & 0o100) === 0 ? 0o100644 : 0o100755, content: readFileSync(place) };
  }

  write(path: string, file: WorkFile | undefined): void {
    const place = join(this.folder, path);
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) {
      const above = join(this.folder, ...names.slice(0, depth));
      if (lstatSync(above, { throwIfNoEntry: false })?.isDirectory() !== false) continue;
      if (file === undefined) return;
      rmSync(above);
    }
    rmSync(place, { recursive: true, force: true });
    if (file === undefined) {
      this.#removeEmptyAbove(path);
      return;
    }
    mkdirSync(dirname(place), { recursive: true });
    if (file.mode === 0o120000) symlinkSync(Buffer.from(file.content), place);
    else {
      writeFileSync(place, file.content);
      chmodSync(place, file.mode & 0o777);
    }
  }

  #removeEmptyAbove(path: string): void {
    for (let at = dirname(path); at !== '.'; at = dirname(at)) {
      const place = join(this.folder, at);
      const stat = lstatSync(place, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      if (!stat.isDirectory() || readdirSync(place).length > 0) return;
      rmdirSync(place);
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
