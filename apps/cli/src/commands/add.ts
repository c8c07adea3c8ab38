import {
  findIndexEntry, findStages, findUntracked, IndexEditor, losslessTextFromBytes, indexFileChanges, MODE_BLOB, MODE_EXECUTABLE, isFileMode, MODE_GITLINK, quotePath, refreshIndex,
  stageFile, worktreeIgnores, type Pathspec,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, Failure } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { advise } from '../print/advice.js';
import { writeText } from '../print/output.js';
import { openWorktree, type OpenWorktree } from '../worktree/open-worktree.js';
import { pathspecFileOptions, readPathspec, type PathspecSource } from '../worktree/pathspec-file.js';
import { systemSentence } from '../worktree/system-errors.js';

const USAGE = ['git add [<options>] [--] <pathspec>...'];

interface AddOptions {
  isDry: boolean;
  isVerbose: boolean;
  isForced: boolean;
  updates: boolean;
  renormalizes: boolean;
  intends: boolean;
  all: boolean | undefined;
  refreshes: boolean;
  ignoresErrors: boolean;
  ignoresMissing: boolean;
  chmod: '+x' | '-x' | undefined;
  warnsEmbedded: boolean;
}

/** `git add`. */
export const addCommand: Command = async (args, context) => {
  const { io } = context;
  const options: AddOptions = {
    isDry: false, isVerbose: false, isForced: false, updates: false, renormalizes: false, intends: false, all: undefined, refreshes: false,
    ignoresErrors: false, ignoresMissing: false, chmod: undefined, warnsEmbedded: true,
  };
  const source: PathspecSource = { file: undefined, isNul: false };
  const interactive = { isAsked: false };
  const rest = parseOptions(args, {
    io, usage: USAGE,
    options: [
      flag('n|dry-run', 'dry run', (isOn) => { options.isDry = isOn; }),
      flag('v|verbose', 'be verbose', (isOn) => { options.isVerbose = isOn; }),
      flag('i|interactive', 'interactive picking', (isOn) => { interactive.isAsked ||= isOn; }),
      flag('p|patch', 'select hunks interactively', (isOn) => { interactive.isAsked ||= isOn; }),
      flag('e|edit', 'edit current diff and apply', (isOn) => { interactive.isAsked ||= isOn; }),
      flag('f|force', 'allow adding otherwise ignored files', (isOn) => { options.isForced = isOn; }),
      flag('u|update', 'update tracked files', (isOn) => { options.updates = isOn; }),
      flag('renormalize', 'renormalize EOL of tracked files (implies -u)', (isOn) => { options.renormalizes = isOn; }),
      flag('N|intent-to-add', 'record only the fact that the path will be added later', (isOn) => { options.intends = isOn; }),
      flag('A|all', 'add changes from all tracked and untracked files', (isOn) => { options.all = isOn; }),
      flag('ignore-removal', 'ignore paths removed in the working tree (same as --no-all)', (isOn) => { options.all = !isOn; }),
      flag('refresh', "don't add, only refresh the index", (isOn) => { options.refreshes = isOn; }),
      flag('ignore-errors', 'just skip files which cannot be added because of errors', (isOn) => { options.ignoresErrors = isOn; }),
      flag('ignore-missing', 'check if - even missing - files are ignored in dry run', (isOn) => { options.ignoresMissing = isOn; }),
      flag('sparse', 'allow updating entries outside of the sparse-checkout cone', () => undefined),
      value('chmod', '(+|-)x', 'override the executable bit of the listed files', (text) => {
        if (text !== undefined && text !== '+x' && text !== '-x') die(`--chmod param '${text}' must be either -x or +x`);
        options.chmod = text;
      }),
      flag('warn-embedded-repo', 'warn when adding an embedded repository', (isOn) => { options.warnsEmbedded = isOn; }, { isHidden: true }),
      ...pathspecFileOptions(source),
    ],
  });
  const session = await context.session();
  if (interactive.isAsked) die('picking changes interactively is not supported');
  if (options.updates && options.all === true) die("options '-A' and '-u' cannot be used together");
  if (options.ignoresMissing && !options.isDry) die("the option '--ignore-missing' requires '--dry-run'");
  options.ignoresErrors ||= session.config.getBool('add.ignoreerrors', session.config.getBool('add.ignore-errors', false));
  const isWhole = options.updates || options.renormalizes || options.all === true;
  const paths = await readPathspec(io, source, rest);
  const tree = openWorktree(session);
  if (paths.length === 0 && !isWhole && source.file === undefined) {
    io.stderr.write('Nothing specified, nothing added.\n');
    advise(session, 'addEmptyPathspec', "Maybe you wanted to say 'git add .'?\nTurn this message off by running\n\"git config advice.addEmptyPathspec false\"");
    return 0;
  }
  tree.lock();
  try {
    return await new Add(tree, options, tree.pathspec(paths)).run();
  } finally {
    tree.unlock();
  }
};

class Add {
  readonly #tree: OpenWorktree;
  readonly #options: AddOptions;
  readonly #pathspec: Pathspec;
  readonly #editor: IndexEditor;
  #exitCode = 0;

  constructor(tree: OpenWorktree, options: AddOptions, pathspec: Pathspec) {
    this.#tree = tree;
    this.#options = options;
    this.#pathspec = pathspec;
    this.#editor = new IndexEditor(tree.index);
  }

  async run(): Promise<number> {
    const { updates, renormalizes, refreshes } = this.#options;
    const addsNew = !updates && !renormalizes && !refreshes;
    if (refreshes) return this.#refresh();
    const untracked = addsNew ? this.#findNew() : [];
    const ignored = addsNew && !this.#options.isForced ? this.#findIgnored() : [];
    if (addsNew) this.#checkMatched(untracked, ignored);
    if (renormalizes) await this.#renormalize();
    else await this.#update();
    if (ignored.length > 0) this.#tellIgnored(ignored);
    for (const path of untracked) await this.#add(path);
    this.#chmod();
    if (this.#options.isDry) return this.#exitCode;
    await this.#tree.save(this.#editor.finish());
    return this.#exitCode;
  }

  #findNew(): readonly string[] {
    const { index, files } = this.#tree;
    const ignores = this.#options.isForced ? undefined : worktreeIgnores(this.#tree, index);
    return findUntracked(files, index, { ignores, pathspec: this.#pathspec }).untracked;
  }

  /** What was asked for by name and is ignored, or stands in a folder that is. */
  #findIgnored(): string[] {
    const { index, files } = this.#tree;
    const ignores = worktreeIgnores(this.#tree, index);
    const found = new Set<string>();
    for (const element of this.#pathspec.elements) {
      if (element.isExclude || element.literalSize < element.match.length) continue;
      const path = losslessTextFromBytes(element.match).replace(/\/$/, '');
      if (path === '' || findStages(index, path).length > 0) continue;
      for (let end = path.indexOf('/'); ; end = path.indexOf('/', end + 1)) {
        const part = end < 0 ? path : path.slice(0, end);
        const info = files.find(part);
        const isMissing = info === undefined && this.#options.ignoresMissing;
        if ((info !== undefined || isMissing) && ignores.isIgnored(part, info?.kind === 'directory') && !this.#hasTracked(part)) {
          found.add(part);
          break;
        }
        if (end < 0) break;
      }
    }
    return [...found].sort();
  }

  #hasTracked(path: string): boolean {
    return this.#tree.index.entries.some((entry) => entry.path.startsWith(`${path}/`));
  }

  #checkMatched(untracked: readonly string[], ignored: readonly string[]): void {
    const { index, files } = this.#tree;
    this.#pathspec.elements.forEach((element, position) => {
      if (element.isExclude || element.match.length === 0) return;
      const matches = (path: string): boolean => this.#pathspec.matchesElement(position, path.replace(/\/$/, ''), path.endsWith('/'));
      if (untracked.some(matches) || index.entries.some(({ path }) => matches(path))) return;
      const path = losslessTextFromBytes(element.match).replace(/\/$/, '');
      this.#checkLink(path);
      if (ignored.some((each) => path === each || path.startsWith(`${each}/`))) return;
      const isMagic = element.source.startsWith(':(') && (element.isGlob || element.ignoresCase);
      if (!isMagic && (files.find(path) !== undefined || this.#options.ignoresMissing)) return;
      die(`pathspec '${element.source}' did not match any files`);
    });
  }

  #checkLink(path: string): void {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1)) {
      if (this.#tree.files.find(path.slice(0, end))?.kind === 'symlink') die(`pathspec '${path}' is beyond a symbolic link`);
    }
  }

  #tellIgnored(ignored: readonly string[]): void {
    const { session } = this.#tree;
    session.io.stderr.write('The following paths are ignored by one of your .gitignore files:\n');
    writeText(session.io.stderr, ignored.map((path) => `${path}\n`).join(''));
    advise(session, 'addIgnoredFile', 'Use -f if you really want to add them.\nTurn this message off by running\n"git config advice.addIgnoredFile false"');
    this.#exitCode = 1;
  }

  async #update(): Promise<void> {
    const { loaded } = this.#tree;
    const found = await this.#tree.drive(indexFileChanges(this.#tree, loaded, { pathspec: this.#pathspec }));
    const seen = new Set<string>();
    for (const { change } of found) {
      const { path } = (change.new ?? change.old)!;
      if (seen.has(path)) continue;
      seen.add(path);
      const info = this.#tree.files.find(path);
      const isGone = info === undefined || (info.kind === 'directory' && change.old?.mode !== MODE_GITLINK);
      if (!isGone) await this.#add(path);
      else if (this.#options.all !== false) this.#remove(path);
    }
  }

  async #renormalize(): Promise<void> {
    for (const { path, mode, stage } of this.#tree.index.entries) {
      if (stage !== 0 || !isFileMode(mode) || !this.#pathspec.matches(path) || this.#tree.files.find(path) === undefined) continue;
      this.#editor.set(await this.#tree.drive(stageFile(this.#tree, this.#tree.index, path, { renormalizes: true })));
    }
  }

  async #add(given: string): Promise<void> {
    const path = given.replace(/\/$/, '');
    const before = findIndexEntry(this.#tree.index, path);
    try {
      const isNew = before === undefined || before.intentToAdd;
      if (given.endsWith('/')) this.#warnEmbedded(path);
      const entry = await this.#tree.drive(stageFile(this.#tree, this.#tree.index, path, { intentToAdd: this.#options.intends && isNew }));
      const isSame = before?.id === entry.id && before.mode === entry.mode && !before.intentToAdd;
      if ((this.#options.isVerbose || this.#options.isDry) && !isSame) writeText(this.#tree.session.io.stdout, `add '${path}'\n`);
      this.#editor.set(entry);
    } catch (error) {
      this.#explain(error, given);
    }
  }

  #remove(path: string): void {
    if (this.#options.isVerbose || this.#options.isDry) writeText(this.#tree.session.io.stdout, `remove '${path}'\n`);
    this.#editor.remove(path);
  }

  #explain(error: unknown, path: string): void {
    const { code, data } = error as { code?: unknown; data?: { reason?: unknown } };
    const { stderr } = this.#tree.session.io;
    if (code === 'io-failed') writeText(stderr, `error: open("${path}"): ${systemSentence(error)}\nerror: unable to index file '${path}'\n`);
    else if (code === 'path-missing' && data?.reason === 'no-commit') writeText(stderr, `error: '${path}' does not have a commit checked out\n`);
    else if (code === 'path-invalid') writeText(stderr, `error: invalid path '${path}'\nerror: unable to add '${path}' to index\n`);
    else if (code === 'path-missing' || code === 'line-ends-unsafe' || code === 'filter-failed' || code === 'encoding-failed') die((error as Error).message);
    else throw error;
    if (!this.#options.ignoresErrors) throw new Failure('fatal: adding files failed\n', 128);
    this.#exitCode = 1;
  }

  #warnEmbedded(path: string): void {
    const { session } = this.#tree;
    if (!this.#options.warnsEmbedded || this.#tree.nestedHead(path) === undefined) return;
    writeText(session.io.stderr, `warning: adding embedded git repository: ${path}\n`);
    advise(session, 'addEmbeddedRepo', "You've added another git repository inside your current repository.\n" +
      "Clones of the outer repository will not contain the contents of\nthe embedded repository and will not know how to obtain it.\n" +
      `If you meant to add a submodule, use:\n\n\tgit submodule add <url> ${path}\n\n` +
      "If you added this path by mistake, you can remove it from the\nindex with:\n\n" +
      `\tgit rm --cached ${path}\n\nSee "git help submodule" for more information.`);
  }

  #chmod(): void {
    const { chmod, isDry, isVerbose } = this.#options;
    if (chmod === undefined) return;
    for (const entry of [...this.#editor.entries]) {
      if (entry.stage !== 0 || !this.#pathspec.matches(entry.path)) continue;
      if (!isFileMode(entry.mode)) {
        writeText(this.#tree.session.io.stderr, `error: cannot chmod ${chmod} '${entry.path}'\n`);
        this.#exitCode = 1;
        continue;
      }
      const mode = chmod === '+x' ? MODE_EXECUTABLE : MODE_BLOB;
      if (mode === entry.mode) continue;
      if (isVerbose) writeText(this.#tree.session.io.stdout, `chmod ${chmod} '${entry.path}'\n`);
      if (!isDry) this.#editor.set({ ...entry, mode });
    }
  }

  async #refresh(): Promise<number> {
    const { loaded, session } = this.#tree;
    const result = await this.#tree.drive(refreshIndex(this.#tree, loaded, { pathspec: this.#pathspec }));
    if (this.#options.isVerbose) {
      session.io.stdout.write('Unstaged changes after refreshing the index:\n');
      for (const { entry, kind } of result.stale) writeText(session.io.stdout, `${kind === 'deleted' ? 'D' : kind === 'unmerged' ? 'U' : 'M'}\t${entry.path}\n`);
    }
    this.#pathspec.elements.forEach((element, position) => {
      const isKnown = result.index.entries.some(({ path }) => this.#pathspec.matchesElement(position, path));
      if (!isKnown && element.match.length > 0) die(`pathspec '${quotePath(element.source)}' did not match any files`);
    });
    await this.#tree.save(result.index);
    return 0;
  }
}
