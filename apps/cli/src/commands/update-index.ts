import {
  findObjectId, findStages, IndexEditor, indexEntry, isFileMode, losslessTextFromBytes, MODE_BLOB, MODE_EXECUTABLE, MODE_GITLINK, refreshIndex,
  findTreePath, stageFile, type StaleEntry, type IndexEntry, type IndexStage,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { readAll, writeText } from '../print/output.js';
import { unquotePath } from '../print/unquote.js';
import { absolutePath } from '../session/files-host.js';
import { readHead } from '../worktree/head.js';
import { openIndex, type OpenWorktree } from '../worktree/open-worktree.js';

const USAGE = 'usage: git update-index [<options>] [--] [<file>...]\n\n' +
  '    -q                    continue refresh even when index needs update\n' +
  '    --ignore-submodules   refresh: ignore submodules\n    --add                 do not ignore new files\n' +
  '    --replace             let files replace directories and vice-versa\n    --remove              notice files missing from worktree\n' +
  '    --unmerged            refresh even if index contains unmerged entries\n    --refresh             refresh stat information\n' +
  '    --really-refresh      like --refresh, but ignore assume-unchanged setting\n    --cacheinfo <mode>,<object>,<path>\n' +
  '                          add the specified entry to the index\n    --chmod (+/-)x        override the executable bit of the listed files\n' +
  '    --assume-unchanged    mark files as "not changing"\n    --no-assume-unchanged\n                          clear assumed-unchanged bit\n' +
  '    --skip-worktree       mark files as "index-only"\n    --no-skip-worktree    clear skip-worktree bit\n' +
  '    --info-only           add to index only; do not add content to object database\n    --force-remove        remove named paths even if present in worktree\n' +
  '    -z                    with --stdin: input lines are terminated by null bytes\n    --stdin               read list of paths to be updated from standard input\n' +
  '    --index-info          add entries from standard input to the index\n    --unresolve           repopulate stages #2 and #3 for the listed paths\n' +
  '    -g, --again           only update entries that differ from HEAD\n    --ignore-missing      ignore files missing from worktree\n' +
  '    --verbose             report actions to standard output\n    --clear-resolve-undo  (for porcelains) forget saved unresolved conflicts\n' +
  '    --index-version <n>   write index in this format\n';

/** `git update-index`: its options take effect in the order in which they stand. */
export const updateIndexCommand: Command = async (args, context) => {
  if (args.length === 1 && args[0] === '-h') {
    context.io.stdout.write(USAGE);
    return 129;
  }
  const tree = openIndex(await context.session());
  tree.lock();
  try {
    return await new Update(tree).run(args);
  } finally {
    tree.unlock();
  }
};

class Update {
  readonly #tree: OpenWorktree;
  #editor: IndexEditor;
  #adds = false;
  #replaces = false;
  #removes = false;
  #forcesRemoval = false;
  #infoOnly = false;
  #isQuiet = false;
  #allowsUnmerged = false;
  #ignoresMissing = false;
  #isVerbose = false;
  #isNul = false;
  #chmod: '+x' | '-x' | undefined;
  #mark: { kind: 'assumeValid' | 'skipWorktree'; value: boolean } | undefined;
  #version: 2 | 3 | 4 | undefined;
  #code = 0;

  constructor(tree: OpenWorktree) {
    this.#tree = tree;
    this.#editor = new IndexEditor(tree.index);
  }

  async run(args: readonly string[]): Promise<number> {
    let isPlain = false;
    for (let at = 0; at < args.length; at++) {
      const arg = args[at]!;
      if (isPlain || !arg.startsWith('-') || arg === '-') {
        await this.#path(this.#absolute(arg));
        continue;
      }
      if (arg === '--') {
        isPlain = true;
        continue;
      }
      at += await this.#option(arg, args, at);
    }
    const index = this.#editor.finish();
    await this.#tree.save(this.#version === undefined ? index : { ...index, version: this.#version });
    return this.#code;
  }

  /** Does what an option says; how many arguments it takes besides itself. */
  async #option(arg: string, args: readonly string[], at: number): Promise<number> {
    switch (arg) {
      case '-q': this.#isQuiet = true; return 0;
      case '--add': this.#adds = true; return 0;
      case '--replace': this.#replaces = true; return 0;
      case '--remove': this.#removes = true; return 0;
      case '--force-remove': this.#forcesRemoval = true; return 0;
      case '--unmerged': this.#allowsUnmerged = true; return 0;
      case '--ignore-missing': this.#ignoresMissing = true; return 0;
      case '--ignore-submodules': case '--force-write-index': case '--no-force-write-index': case '--ignore-skip-worktree-entries': return 0;
      case '--split-index': case '--no-split-index': case '--untracked-cache': case '--no-untracked-cache': case '--test-untracked-cache':
      case '--force-untracked-cache': case '--fsmonitor': case '--no-fsmonitor': return 0;
      case '--info-only': this.#infoOnly = true; return 0;
      case '--verbose': this.#isVerbose = true; return 0;
      case '-z': this.#isNul = true; return 0;
      case '--refresh': await this.#refresh(false); return 0;
      case '--really-refresh': await this.#refresh(true); return 0;
      case '--assume-unchanged': this.#mark = { kind: 'assumeValid', value: true }; return 0;
      case '--no-assume-unchanged': this.#mark = { kind: 'assumeValid', value: false }; return 0;
      case '--skip-worktree': this.#mark = { kind: 'skipWorktree', value: true }; return 0;
      case '--no-skip-worktree': this.#mark = { kind: 'skipWorktree', value: false }; return 0;
      case '--clear-resolve-undo': this.#editor.clearResolveUndo(); return 0;
      case '--again': case '-g': await this.#again(args.slice(at + 1)); return args.length;
      case '--stdin': await this.#stdin(); return 0;
      case '--index-info': await this.#info(); return 0;
      case '--unresolve': this.#unresolve(args.slice(at + 1)); return args.length;
      case '--cacheinfo': return this.#cacheInfo(args, at);
      case '--show-index-version': writeText(this.#tree.session.io.stdout, `${this.#tree.index.version}\n`); return 0;
      case '--index-version': this.#setVersion(args[at + 1] ?? ''); return 1;
      default: break;
    }
    const chmod = /^--chmod(?:=(.*))?$/.exec(arg);
    if (chmod !== null) {
      const text = chmod[1] ?? args[at + 1];
      if (text !== '+x' && text !== '-x') throw new Failure("error: option 'chmod' expects \"+x\" or \"-x\"\n", 129);
      this.#chmod = text;
      return chmod[1] === undefined ? 1 : 0;
    }
    if (arg.startsWith('--index-version=')) {
      this.#setVersion(arg.slice(16));
      return 0;
    }
    throw new Failure(`error: unknown ${arg.startsWith('--') ? `option \`${arg.slice(2)}'` : `switch \`${arg[1]!}'`}\n${USAGE}\n`, 129);
  }

  #setVersion(text: string): void {
    const version = Number(text);
    if (version !== 2 && version !== 3 && version !== 4) die(`index-version ${text} not in range: 2..4`);
    this.#version = version;
  }

  #absolute(path: string): string {
    const { session } = this.#tree;
    const root = session.worktreePath ?? session.io.cwd;
    const whole = absolutePath(session.io.cwd, path);
    if (!whole.startsWith(`${root}/`)) die(`'${path}' is outside repository at '${root}'`);
    return whole.slice(root.length + 1);
  }

  #report(text: string): void {
    if (this.#isVerbose) writeText(this.#tree.session.io.stdout, `${text}\n`);
  }

  async #path(path: string): Promise<void> {
    if (this.#mark !== undefined) {
      this.#setMark(path);
      return;
    }
    if (this.#forcesRemoval) {
      this.#editor.remove(path);
      this.#report(`remove '${path}'`);
      return;
    }
    await this.#update(path);
    if (this.#chmod !== undefined) this.#setMode(path);
  }

  #setMark(path: string): void {
    const entry = this.#editor.find(path);
    if (entry === undefined) die(`Unable to mark file ${path}`);
    this.#editor.set({ ...entry, [this.#mark!.kind]: this.#mark!.value });
  }

  #setMode(path: string): void {
    const entry = this.#editor.find(path);
    if (entry === undefined || !isFileMode(entry.mode)) die(`git update-index: cannot chmod ${this.#chmod!} '${path}'`);
    this.#editor.set({ ...entry, mode: this.#chmod === '+x' ? MODE_EXECUTABLE : MODE_BLOB });
    this.#report(`chmod ${this.#chmod!} '${path}'`);
  }

  async #update(path: string): Promise<void> {
    const tree = this.#tree;
    const info = tree.files.find(path);
    const before = this.#editor.find(path);
    const isKnown = before !== undefined || findStages({ ...tree.index, entries: this.#editor.entries }, path).length > 0;
    if (before?.skipWorktree === true) return;
    if (info === undefined) {
      if (!this.#removes) {
        if (this.#ignoresMissing && isKnown) return;
        this.#refuse(path, `${path}: does not exist and --remove not passed`);
      }
      this.#editor.remove(path);
      this.#report(`add '${path}'`);
      return;
    }
    if (info.kind === 'directory' && tree.nestedHead(path) === undefined && before?.mode !== MODE_GITLINK) {
      if (isKnown && this.#removes) {
        this.#editor.remove(path);
        return;
      }
      if (this.#editor.entries.some((entry) => entry.path.startsWith(`${path}/`))) this.#refuse(path, `${path}: is a directory - add individual files instead`);
      this.#refuse(path, `${path}: is a directory - add files inside instead`);
    }
    if (!isKnown && !this.#adds) this.#refuse(path, `${path}: cannot add to the index - missing --add option?`);
    if (info.kind === 'directory' && tree.nestedHead(path) === undefined) return;
    this.#checkReplace(path);
    const entry = await tree.drive(stageFile(tree, { ...tree.index, entries: this.#editor.entries }, path, { isDry: this.#infoOnly }));
    this.#editor.set(entry);
    this.#report(`add '${path}'`);
  }

  #checkReplace(path: string): void {
    if (this.#replaces) return;
    const { entries } = this.#editor;
    const isBelow = path.split('/').some((_, i, parts) => i > 0 && this.#editor.find(parts.slice(0, i).join('/')) !== undefined);
    if (!isBelow && !entries.some((entry) => entry.path.startsWith(`${path}/`))) return;
    this.#refuse(path, `${path}: cannot add to the index - missing --add option?`);
  }

  #refuse(path: string, sentence: string): never {
    throw new Failure(`error: ${sentence}\nfatal: Unable to process path ${path}\n`, 128);
  }

  async #refresh(reallyDoes: boolean): Promise<void> {
    const tree = this.#tree;
    const { index, stale } = await tree.drive(refreshIndex(tree, { index: this.#editor.finish(), time: tree.loaded.time }, { ignoresAssumed: reallyDoes }));
    this.#editor = new IndexEditor(index);
    const counted = stale.filter(({ kind }) => !(kind === 'unmerged' && this.#allowsUnmerged) && !(kind === 'deleted' && this.#ignoresMissing));
    if (counted.length === 0) return;
    if (!this.#isQuiet) writeText(tree.session.io.stdout, counted.map((each) => `${each.entry.path}: ${needs(each)}\n`).join(''));
    if (!this.#isQuiet || counted.some(({ kind }) => kind === 'unmerged')) this.#code = 1;
  }

  #cacheInfo(args: readonly string[], at: number): number {
    const short = /^([0-7]+),([0-9a-f]+),([^]+)$/.exec(args[at + 1] ?? '');
    const [mode, id, path] = short === null ? args.slice(at + 1, at + 4) : short.slice(1);
    if (mode === undefined || id === undefined || path === undefined) throw new Failure('error: option \'cacheinfo\' expects <mode>,<sha1>,<path>\n', 129);
    this.#set({ mode, id, path, stage: 0 });
    return short === null ? 3 : 1;
  }

  #set({ mode, id, path, stage }: { mode: string; id: string; path: string; stage: IndexStage }): void {
    const parsed = findObjectId(id, this.#tree.algorithm);
    if (parsed === undefined) die(`git update-index: --cacheinfo cannot add ${path}`);
    const isKnown = this.#editor.entries.some((entry) => entry.path === path);
    if (!isKnown && !this.#adds && stage === 0) throw new Failure(`error: ${path}: cannot add to the index - missing --add option?\nfatal: git update-index: --cacheinfo cannot add ${path}\n`, 128);
    this.#add(indexEntry({ path, mode: canonical(mode), id: parsed, stage }));
    this.#report(`add '${path}'`);
  }

  #add(entry: IndexEntry): void {
    try {
      if (/^0+$/.test(entry.id)) throw new Failure(`error: cache entry has null sha1: ${entry.path}\nfatal: Unable to write new index file\n`, 128);
      this.#editor.set(entry);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'path-invalid') throw error;
      throw new Failure(`error: Invalid path '${entry.path}'\nfatal: git update-index: --cacheinfo cannot add ${entry.path}\n`, 128);
    }
  }

  async #stdin(): Promise<void> {
    for (const line of await this.#lines()) await this.#path(this.#absolute(this.#isNul ? line : unquotePath(line)));
  }

  async #lines(): Promise<string[]> {
    const lines = losslessTextFromBytes(await readAll(this.#tree.session.io.stdin)).split(this.#isNul ? '\0' : '\n');
    if (lines.at(-1) === '') lines.pop();
    return lines;
  }

  /** Lines of three forms: `mode id<TAB>path`, `mode type id<TAB>path`, `mode id stage<TAB>path`. */
  async #info(): Promise<void> {
    for (const line of await this.#lines()) {
      const match = /^([0-7]+) (?:(?:blob|tree|commit|tag) )?([0-9a-f]+)(?: ([0-3]))?\t([^]+)$/.exec(line);
      if (match === null) die(`malformed index info ${line}`);
      const path = this.#isNul ? match[4]! : unquotePath(match[4]!);
      if (Number.parseInt(match[1]!, 8) === 0) {
        this.#editor.remove(path);
        continue;
      }
      const id = findObjectId(match[2]!, this.#tree.algorithm);
      if (id === undefined) die(`malformed index info ${line}`);
      this.#add(indexEntry({ path, mode: canonical(match[1]!), id, stage: Number(match[3] ?? 0) as IndexStage }));
    }
  }

  async #again(paths: readonly string[]): Promise<void> {
    const head = readHead(this.#tree.session);
    const pathspec = this.#tree.pathspec(paths);
    for (const entry of [...this.#editor.entries]) {
      if (entry.stage !== 0 || !pathspec.matches(entry.path)) continue;
      const old = head.tree === undefined ? undefined : findTreePath(this.#tree.session.context.snapshot, head.tree, entry.path);
      if (old?.id !== entry.id || old.mode !== entry.mode) await this.#path(entry.path);
    }
  }

  #unresolve(paths: readonly string[]): void {
    for (const text of paths) {
      const path = this.#absolute(text);
      const undo = this.#tree.index.resolveUndo?.find((each) => each.path === path);
      if (undo === undefined) continue;
      this.#editor.remove(path);
      undo.sides.forEach((side, i) => {
        if (side !== undefined) this.#editor.set(indexEntry({ path, mode: side.mode, id: side.id, stage: (i + 1) as IndexStage }));
      });
    }
  }
}

function needs({ kind }: StaleEntry): string {
  return kind === 'unmerged' ? 'needs merge' : 'needs update';
}

function canonical(text: string): number {
  const mode = Number.parseInt(text, 8);
  if ((mode & 0o170000) === 0o120000) return 0o120000;
  if ((mode & 0o170000) === 0o160000 || (mode & 0o170000) === 0o040000) return MODE_GITLINK;
  return (mode & 0o100) === 0 ? MODE_BLOB : MODE_EXECUTABLE;
}

