import { findFile, losslessTextFromBytes, bytesFromLosslessText, removeEmptyFolders, SparsePatterns, setConfigValue, type StagingIndex } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, Failure } from '../failure.js';
import { flag, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { showUsage, usageError, usageText } from '../options/usage.js';
import { quotePathC } from '../print/quote-c.js';
import { readAll, writeText } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';
import { openWorktree } from '../worktree/open-worktree.js';
import { readHead } from '../worktree/head.js';
import { switchTree } from '../worktree/switch-tree.js';

const USAGE = 'usage: git sparse-checkout (init | list | set | add | reapply | disable) [<options>]\n\n';
const FILE = 'info/sparse-checkout';

/** `git sparse-checkout`. */
export const sparseCheckoutCommand: Command = async ([verb, ...args], context) => {
  if (verb === '-h') showUsage(context.io, USAGE);
  if (verb === undefined) usageError(USAGE, 'need a subcommand');
  const session = await context.session();
  session.needWorktree();
  const sparse = new SparseCheckout(context, session);
  switch (verb) {
    case 'init': return sparse.init(args);
    case 'list': return sparse.list();
    case 'set': return sparse.set(args);
    case 'add': return sparse.add(args);
    case 'reapply': return sparse.reapply(args);
    case 'disable': return sparse.disable();
    default: return usageError(USAGE, verb.startsWith('-') ? `unknown ${verb.startsWith('--') ? `option \`${verb.slice(2)}'` : `switch \`${verb[1] ?? ''}'`}` : `unknown subcommand: \`${verb}'`);
  }
};

interface Modes {
  cone: boolean | undefined;
  sparseIndex: boolean | undefined;
  skipChecks: boolean;
  readsInput: boolean;
}

class SparseCheckout {
  readonly #context: Context;
  readonly #session: Session;

  constructor(context: Context, session: Session) {
    this.#context = context;
    this.#session = session;
  }

  get #isOn(): boolean {
    return this.#session.config.getBool('core.sparsecheckout', false);
  }

  get #isCone(): boolean {
    return this.#session.config.getBool('core.sparsecheckoutcone', false);
  }

  #read(args: readonly string[], usage: string, names: readonly ('cone' | 'sparse-index' | 'skip-checks' | 'stdin')[]): { modes: Modes; rest: string[] } {
    const modes: Modes = { cone: undefined, sparseIndex: undefined, skipChecks: false, readsInput: false };
    const known: Readonly<Record<string, Option>> = {
      cone: flag('cone', 'initialize the sparse-checkout in cone mode', (isOn) => { modes.cone = isOn; }),
      'sparse-index': flag('sparse-index', 'toggle the use of a sparse index', (isOn) => { modes.sparseIndex = isOn; }),
      'skip-checks': flag('skip-checks', 'skip some sanity checks on the given paths that might give false positives', (isOn) => { modes.skipChecks = isOn; }),
      stdin: flag('stdin', 'read patterns from standard in', (isOn) => { modes.readsInput = isOn; }),
    };
    const options = names.map((name) => known[name]!);
    const rest = parseOptions(args, { io: this.#context.io, usage: [usage], options });
    if (!names.includes('stdin') && rest.length > 0) usageError(usageText([usage], options));
    return { modes, rest };
  }

  async init(args: readonly string[]): Promise<number> {
    const { modes } = this.#read(args, 'git sparse-checkout init [--cone] [--[no-]sparse-index]', ['cone', 'sparse-index']);
    this.#chooseModes(modes);
    if (findFile(this.#session.gitFiles, FILE) !== undefined) return this.#apply(this.#patterns() ?? '');
    return this.#save('/*\n!/*/\n');
  }

  async list(): Promise<number> {
    if (!this.#isOn) die('this worktree is not sparse');
    const text = this.#patterns();
    if (text === undefined) {
      this.#context.io.stderr.write('warning: this worktree is not sparse (sparse-checkout file may not exist)\n');
      return 0;
    }
    if (!this.#isCone || !isConeText(text)) {
      writeText(this.#context.io.stdout, text);
      return 0;
    }
    for (const folder of conesOf(text)) writeText(this.#context.io.stdout, `${quotePathC(folder)}\n`);
    return 0;
  }

  async set(args: readonly string[]): Promise<number> {
    const { modes, rest } = this.#read(args, 'git sparse-checkout set [--[no-]cone] [--[no-]sparse-index] [--skip-checks] (--stdin | <patterns>)', ['cone', 'sparse-index', 'skip-checks', 'stdin']);
    const isCone = this.#chooseModes(modes);
    if (!modes.readsInput && rest.length === 0) return this.#save(isCone ? '/*\n!/*/\n' : '/*\n!/*/\n');
    const words = await this.#words(modes, { rest, isCone });
    return this.#save(isCone ? coneText(words) : words.map((word) => `${word}\n`).join(''));
  }

  async add(args: readonly string[]): Promise<number> {
    if (!this.#isOn) die('no sparse-checkout to add to');
    const { modes, rest } = this.#read(args, 'git sparse-checkout add [--skip-checks] (--stdin | <patterns>)', ['skip-checks', 'stdin']);
    const isCone = this.#isCone;
    const words = await this.#words(modes, { rest, isCone });
    const before = this.#patterns() ?? '';
    if (!isCone) return this.#save(before + words.map((word) => `${word}\n`).join(''));
    if (!isConeText(before)) die('existing sparse-checkout patterns do not use cone mode');
    return this.#save(coneText([...conesOf(before), ...words]));
  }

  async reapply(args: readonly string[]): Promise<number> {
    if (!this.#isOn) die('must be in a sparse-checkout to reapply sparsity patterns');
    const { modes } = this.#read(args, 'git sparse-checkout reapply [--[no-]cone] [--[no-]sparse-index]', ['cone', 'sparse-index']);
    this.#chooseModes(modes);
    return this.#apply(this.#patterns() ?? '');
  }

  async disable(): Promise<number> {
    await this.#apply(undefined);
    this.#configure({ 'core.sparsecheckout': 'false', 'core.sparsecheckoutcone': 'false', 'index.sparse': 'false' });
    return 0;
  }

  /** Writes what kind of checkout it is to the configuration; whether it is one of cones. */
  #chooseModes({ cone, sparseIndex }: Modes): boolean {
    const isCone = cone ?? (this.#isOn ? this.#isCone : true);
    this.#configure({
      'core.sparsecheckout': 'true', 'core.sparsecheckoutcone': String(isCone), ...(sparseIndex === undefined ? {} : { 'index.sparse': String(sparseIndex) }),
    });
    return isCone;
  }

  /** Settings of this worktree alone stand in a file of its own. */
  #configure(values: Readonly<Record<string, string>>): void {
    const { commonFiles, gitFiles, config, repository } = this.#session;
    if (!config.getBool('extensions.worktreeconfig', false)) {
      let shared: Uint8Array = findFile(commonFiles, 'config') ?? new Uint8Array(0);
      shared = setConfigValue(shared, 'extensions.worktreeConfig', 'true');
      commonFiles.write('config', shared);
      repository.setConfig('extensions.worktreeConfig', 'true');
    }
    let own: Uint8Array = findFile(gitFiles, 'config.worktree') ?? new Uint8Array(0);
    const names: Readonly<Record<string, string>> = { 'core.sparsecheckout': 'core.sparseCheckout', 'core.sparsecheckoutcone': 'core.sparseCheckoutCone', 'index.sparse': 'index.sparse' };
    for (const [name, value] of Object.entries(values)) own = setConfigValue(own, names[name] ?? name, value);
    gitFiles.write('config.worktree', own);
  }

  async #words({ readsInput, skipChecks }: Modes, { rest, isCone }: { readonly rest: readonly string[]; readonly isCone: boolean }): Promise<string[]> {
    const { session } = { session: this.#session };
    if (readsInput) {
      const lines = losslessTextFromBytes(await readAll(this.#context.io.stdin)).split('\n').filter((line) => line !== '');
      return lines.map((line) => (isCone ? cleanFolder(line.startsWith('"') ? JSON.parse(line) as string : line) : line));
    }
    if (!skipChecks) this.#check(rest, isCone);
    return rest.map((word) => {
      if (!isCone) return word;
      return cleanFolder(absolutePath(`/${session.prefix}`, word));
    });
  }

  #check(words: readonly string[], isCone: boolean): void {
    const { prefix } = this.#session;
    if (!isCone && prefix !== '') die('please run from the toplevel directory in non-cone mode');
    if (isCone) {
      for (const word of words) {
        if (word.startsWith('/')) die("specify directories rather than patterns (no leading slash)");
        if (word.startsWith('!')) die("specify directories rather than patterns.  If your directory starts with a '!', pass --skip-checks");
        if (/[*?[\]]/.test(word)) die("specify directories rather than patterns.  If your directory really has any of '*?[]\\' in it, pass --skip-checks");
      }
    }
    for (const word of words) {
      const entry = openWorktree(this.#session).index.entries.find(({ path }) => path === word);
      if (entry === undefined) continue;
      if (isCone) die(`'${word}' is not a directory; to treat it as a directory anyway, rerun with --skip-checks`);
      this.#context.io.stderr.write(`warning: pass a leading slash before paths such as '${word}' if you want a single file (see NON-CONE PROBLEMS in the git-sparse-checkout manual).\n`);
    }
  }

  #patterns(): string | undefined {
    const bytes = findFile(this.#session.gitFiles, FILE);
    return bytes === undefined ? undefined : losslessTextFromBytes(bytes);
  }

  async #save(text: string): Promise<number> {
    const code = await this.#apply(text);
    this.#session.gitFiles.write(FILE, bytesFromLosslessText(text));
    return code;
  }

  /** Brings files and the index to what the patterns say; `undefined`: all files. */
  async #apply(text: string | undefined): Promise<number> {
    const tree = openWorktree(this.#session);
    tree.lock();
    await tree.refresh();
    const patterns = text === undefined ? undefined : SparsePatterns.parse(bytesFromLosslessText(text), {
      prefersCone: this.#coneNow(text), ignoresCase: this.#session.config.getBool('core.ignorecase', false),
    });
    const head = readHead(this.#session);
    if (head.tree === undefined && tree.index.entries.length === 0) {
      tree.unlock();
      return 0;
    }
    const before = tree.index;
    const result = await switchTree(tree, [head.tree, head.tree], { rule: (path) => patterns?.includes(path) ?? true });
    if ('obstacles' in result) {
      const paths = result.obstacles.map(({ path }) => `\t${path}\n`).join('');
      throw new Failure(`warning: The following paths are not up to date and were left despite sparse patterns:\n${paths}\nAfter fixing the above paths, you may want to run \`git sparse-checkout reapply\`.\n`, 0);
    }
    await tree.save(result.index);
    this.#dropFolders(before, result.index);
    return 0;
  }

  #coneNow(text: string): boolean {
    const own = findFile(this.#session.gitFiles, 'config.worktree');
    const isCone = own === undefined ? this.#isCone : !/sparseCheckoutCone\s*=\s*false/i.test(losslessTextFromBytes(own));
    return isCone && isConeText(text);
  }

  #dropFolders(before: StagingIndex, after: StagingIndex): void {
    const files = this.#session.needWorktree();
    const left = new Set(before.entries.filter(({ skipWorktree }) => !skipWorktree).map(({ path }) => path));
    for (const { path, skipWorktree } of after.entries) if (skipWorktree && left.has(path) && path.includes('/')) removeEmptyFolders(files, path.slice(0, path.lastIndexOf('/')));
  }
}

function cleanFolder(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}

function escapeGlob(text: string): string {
  return text.replace(/[*?[\\]/g, '\\$&');
}

/** The patterns of cone mode for folders: what is above them with its files, then each with everything below. */
function coneText(folders: readonly string[]): string {
  const wanted = [...new Set(folders.filter((folder) => folder !== ''))];
  const tops = wanted.filter((folder) => !wanted.some((other) => folder.startsWith(`${other}/`))).sort();
  const parents = new Set<string>();
  for (const folder of tops) for (let slash = folder.indexOf('/'); slash > 0; slash = folder.indexOf('/', slash + 1)) parents.add(folder.slice(0, slash));
  let text = '/*\n!/*/\n';
  for (const parent of [...parents].sort()) text += `/${escapeGlob(parent)}/\n!/${escapeGlob(parent)}/*/\n`;
  for (const folder of tops) text += `/${escapeGlob(folder)}/\n`;
  return text;
}

/** Whether all patterns are of the kinds of cone mode. */
function isConeText(text: string): boolean {
  return SparsePatterns.parse(bytesFromLosslessText(text), { prefersCone: true }).isCone;
}

/** The folders that patterns of cone mode name. */
function conesOf(text: string): string[] {
  const lines = text.split('\n');
  const parents = new Set(lines.flatMap((line) => /^!\/(.+)\/\*\/$/.exec(line)?.[1] ?? []));
  return lines.flatMap((line) => /^\/(.+)\/$/.exec(line)?.[1] ?? []).filter((folder) => folder !== '*' && !parents.has(folder)).map((folder) => folder.replace(/\\(.)/g, '$1')).sort();
}
