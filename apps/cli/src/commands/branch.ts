import type { ObjectId, RefName } from '@govc/core';
import {
  addConfigValue, BRANCH_PREFIX, checkRefFormat, findRefByShortName, findRefId, findRefName, findThroughTags, findUpstreamRef, losslessTextFromBytes, REMOTE_PREFIX,
  removeConfigSection, renameConfigSection, replaceConfigValues, symbolicRef, textWidth, unsetConfigValues,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die, failWith, Failure } from '../failure.js';
import { flag, group, type modeFlag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { columnText, readColumnMode } from '../print/columns.js';
import { writeText } from '../print/output.js';
import { RefFormat } from '../print/ref-format.js';
import { matchFullBranchName } from '../session/branch-names.js';
import { editFile } from '../session/programs.js';
import { changeRefs, flushRefs } from '../session/ref-edits.js';
import { makeRefSelection, selectionOptions, selectRefs, sortRefs } from '../session/ref-list.js';
import { findObject, findRange } from '../session/revisions.js';
import { matchesRefPattern } from '../session/select-refs.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git branch [<options>] [-r | -a] [--merged] [--no-merged]', 'git branch [<options>] [-f] [--recurse-submodules] <branch-name> [<start-point>]',
  'git branch [<options>] [-l] [<pattern>...]', 'git branch [<options>] [-r] (-d | -D) <branch-name>...', 'git branch [<options>] (-m | -M) [<old-branch>] <new-branch>',
  'git branch [<options>] (-c | -C) [<old-branch>] <new-branch>', 'git branch [<options>] [-r | -a] [--points-at]', 'git branch [<options>] [-r | -a] [--format]',
];

type Mode = 'delete' | 'move' | 'copy' | 'list' | 'show-current' | 'edit-description';

interface BranchSettings {
  mode: Mode | undefined;
  forces: boolean;
  verbose: number;
  isQuiet: boolean;
  kinds: 'local' | 'remote' | 'all';
  track: 'direct' | 'inherit' | 'no' | undefined;
  upstream: string | undefined;
  unsetsUpstream: boolean;
  createsReflog: boolean;
  format: string | undefined;
  color: string | undefined;
  column: string | undefined;
  abbreviation: number | undefined;
}

/** `git branch`. */
export const branchCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: BranchSettings = {
    mode: undefined, forces: false, verbose: 0, isQuiet: false, kinds: 'local', track: undefined, upstream: undefined, unsetsUpstream: false, createsReflog: false,
    format: undefined, color: undefined, column: undefined, abbreviation: undefined,
  };
  const selection = makeRefSelection();
  const mode = (names: string, help: string, name: Mode, forces = false): ReturnType<typeof modeFlag> => flag(names, help, () => {
    seen.mode = name;
    if (forces) seen.forces = true;
  }, { canNegate: false });
  const options = [
    group('Generic options'),
    flag('v|verbose', 'show hash and subject, give twice for upstream branch', (isOn) => { seen.verbose = isOn ? seen.verbose + 1 : 0; }),
    flag('q|quiet', 'suppress informational messages', (isOn) => { seen.isQuiet = isOn; }),
    optionalValue('t|track', '(direct|inherit)', 'set branch tracking configuration', (text, isSet) => {
      if (text !== undefined && text !== 'direct' && text !== 'inherit') return 'expects "direct" or "inherit"';
      seen.track = isSet ? text ?? 'direct' : 'no';
      return undefined;
    }),
    value('u|set-upstream-to', 'upstream', 'change the upstream info', (text) => { seen.upstream = text; }),
    flag('unset-upstream', 'unset the upstream info', (isOn) => { seen.unsetsUpstream = isOn; }),
    optionalValue('color', 'when', 'use colored output', (text, isSet) => { seen.color = isSet ? text ?? 'always' : 'never'; }),
    flag('r|remotes', 'act on remote-tracking branches', () => { seen.kinds = 'remote'; }),
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { seen.abbreviation = isSet ? (text === undefined ? undefined : Number(text) === 0 ? -1 : Math.max(4, Number(text))) : -1; }),
    group('Specific git-branch actions:'),
    flag('a|all', 'list both remote-tracking and local branches', () => { seen.kinds = 'all'; }),
    mode('d|delete', 'delete fully merged branch', 'delete'), mode('D', 'delete branch (even if not merged)', 'delete', true),
    mode('m|move', 'move/rename a branch and its reflog', 'move'), mode('M', 'move/rename a branch, even if target exists', 'move', true),
    mode('c|copy', 'copy a branch and its reflog', 'copy'), mode('C', 'copy a branch, even if target exists', 'copy', true),
    mode('l|list', 'list branch names', 'list'), mode('show-current', 'show current branch name', 'show-current'),
    flag('create-reflog', "create the branch's reflog", (isOn) => { seen.createsReflog = isOn; }),
    mode('edit-description', 'edit the description for the branch', 'edit-description'),
    flag('f|force', 'force creation, move/rename, deletion', (isOn) => { seen.forces = isOn; }),
    optionalValue('column', 'style', 'list branches in columns', (text, isSet) => { seen.column = isSet ? text ?? 'always' : 'never'; }),
    ...selectionOptions(selection),
    flag('recurse-submodules', 'recurse through submodules', () => undefined),
    value('format', 'format', 'format to use for the output', (text) => { seen.format = text; }),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  const session = await context.session();
  const usage = usageText(USAGE, options);
  const filters = selection.contains.length + selection.excludes.length + selection.merged.length + selection.pointsAt.length > 0;
  if (seen.mode === undefined && seen.upstream === undefined && !seen.unsetsUpstream && (names.length === 0 || filters)) seen.mode = 'list';
  const work = new BranchWork(session, seen);
  switch (seen.mode) {
    case 'list': return work.list(names, selection);
    case 'show-current': {
      const { ref } = session.repository.head();
      if (ref !== undefined) writeText(io.stdout, `${ref.startsWith(BRANCH_PREFIX) ? ref.slice(BRANCH_PREFIX.length) : ref}\n`);
      return 0;
    }
    case 'delete':
      if (names.length === 0) die('branch name required');
      return work.remove(names);
    case 'move': case 'copy':
      if (names.length === 0) die('branch name required');
      if (names.length > 2) die(seen.mode === 'copy' ? 'too many branches for a copy operation' : 'too many arguments for a rename operation');
      return work.rename(names.length === 1 ? work.current() ?? die(`cannot ${seen.mode === 'copy' ? 'copy' : 'rename'} the current branch while not on any.`) : names[0]!, names.at(-1)!, seen.mode);
    case 'edit-description': return work.editDescription(names);
    case undefined: break;
  }
  if (seen.upstream !== undefined) return work.setUpstream(names, seen.upstream);
  if (seen.unsetsUpstream) return work.unsetUpstream(names);
  if (names.length > 2) usageError(usage);
  if (seen.kinds !== 'local') die("The -a, and -r, options to 'git branch' do not take a branch name.\nDid you mean to use: -a|-r --list <pattern>?");
  return work.create(names[0]!, names[1] ?? work.current() ?? 'HEAD');
};

class BranchWork {
  readonly #session: Session;
  readonly #seen: BranchSettings;

  constructor(session: Session, seen: BranchSettings) {
    this.#session = session;
    this.#seen = seen;
  }

  /** The short name of the branch that is checked out. */
  current(): string | undefined {
    const { ref } = this.#session.repository.head();
    return ref?.startsWith(BRANCH_PREFIX) === true ? ref.slice(BRANCH_PREFIX.length) : undefined;
  }

  // ---- listing

  list(patterns: readonly string[], selection: ReturnType<typeof makeRefSelection>): number {
    const { io, config } = this.#session;
    const { snapshot } = this.#session.context;
    const { kinds } = this.#seen;
    if (selection.sorts.length === 0) selection.sorts.push(...config.getAll('branch.sort'));
    const prefixes = kinds === 'local' ? [BRANCH_PREFIX] : kinds === 'remote' ? [REMOTE_PREFIX] : [BRANCH_PREFIX, REMOTE_PREFIX];
    const fold = (text: string): string => (selection.ignoreCase ? text.toLowerCase() : text);
    const found = prefixes.flatMap((prefix) => [...snapshot.refs.entries(prefix)].flatMap(([name]) => {
      const id = findRefId(snapshot.refs, name as RefName);
      const short = name.slice(prefix.length);
      if (id === undefined || (patterns.length > 0 && !patterns.some((pattern) => matchesRefPattern(fold(pattern), fold(short))))) return [];
      return [{ name: name as RefName, id, shown: kinds === 'all' && prefix === REMOTE_PREFIX && this.#seen.format === undefined ? `remotes/${short}` : this.#seen.format === undefined ? short : undefined }];
    }));
    const head = this.#session.repository.head();
    const isDetached = head.ref === undefined && head.id !== undefined && kinds !== 'remote' && (patterns.length === 0);
    const detached = isDetached ? selectRefs(this.#session, [{ name: 'HEAD' as RefName, id: head.id, shown: this.#headDescription(head.id) }], selection) : [];
    const refs = [...detached, ...sortRefs(this.#session, selectRefs(this.#session, found, selection), selection.sorts.length > 0 ? selection.sorts : ['refname'], selection.ignoreCase)];
    const isColored = this.#seen.color === 'always' || (this.#seen.color === undefined && config.get('color.branch') === 'always');
    let lines: string[];
    if (this.#seen.format !== undefined) {
      const format = new RefFormat(this.#session, this.#seen.format, { colors: isColored });
      lines = refs.map((ref) => format.format(ref.name === 'HEAD' ? { ...ref, name: ref.shown as RefName } : ref));
    } else {
      const width = Math.max(0, ...refs.map(({ shown }) => textWidth(shown!)));
      lines = refs.map((ref) => this.#line(ref.name, ref.id, { shown: ref.shown!, width, head: head.ref, isColored }));
    }
    const columns = this.#seen.verbose > 0 ? undefined : readColumnMode(this.#session, this.#seen.column, 'column.branch');
    if (this.#seen.verbose > 0 && this.#seen.column !== undefined && this.#seen.column !== 'never') die("options '--column' and '--verbose' cannot be used together");
    writeText(io.stdout, columns === undefined ? lines.map((line) => `${line}\n`).join('') : columnText(lines, columns));
    return 0;
  }

  #line(name: RefName, id: ObjectId, { shown, width, head, isColored }: { readonly shown: string; readonly width: number; readonly head: RefName | undefined; readonly isColored: boolean }): string {
    const isCurrent = name === 'HEAD' || name === head;
    const value = this.#session.context.snapshot.refs.get(name);
    const arrow = value?.kind === 'symbolic' && name !== 'HEAD' ? ` -> ${value.target.replace(/^refs\/(?:heads|remotes)\//, '')}` : '';
    const color = !isColored ? '' : isCurrent ? '\x1b[32m' : name.startsWith(REMOTE_PREFIX) ? '\x1b[31m' : '';
    const reset = !isColored ? '' : '\x1b[m';
    const label = `${isCurrent ? '*' : ' '} ${color}${shown}`;
    if (this.#seen.verbose === 0) return `${label}${reset}${arrow}`;
    const padded = `${label}${' '.repeat(Math.max(0, width - textWidth(shown)))}${reset}`;
    if (arrow !== '') return `${padded}${arrow}`;
    const subject = this.#subject(id);
    const upstream = this.#upstreamText(name);
    const size = this.#seen.abbreviation === -1 ? this.#session.algorithm.hexSize : this.#seen.abbreviation ?? abbreviationOf(this.#session);
    return `${padded} ${shortId(this.#session, id, size)} ${upstream}${subject}`;
  }

  #upstreamText(name: RefName): string {
    if (!name.startsWith(BRANCH_PREFIX)) return '';
    const format = new RefFormat(this.#session, this.#seen.verbose > 1 ? '%(upstream:short)|%(upstream:track,nobracket)' : '|%(upstream:track)');
    const [short = '', track = ''] = format.format({ name, id: findRefId(this.#session.context.snapshot.refs, name)! }).split('|');
    if (this.#seen.verbose > 1) return short === '' ? '' : `[${short}${track === '' ? '' : `: ${track}`}] `;
    return track === '' ? '' : `${track} `;
  }

  #subject(id: ObjectId): string {
    return new RefFormat(this.#session, '%(contents:subject)').format({ name: 'HEAD' as RefName, id });
  }

  #headDescription(id: ObjectId): string {
    const { gitFiles, repository } = this.#session;
    for (const folder of ['rebase-merge', 'rebase-apply']) {
      const info = gitFiles.find(`${folder}/head-name`);
      if (info?.kind === 'file') return `(no branch, rebasing ${losslessTextFromBytes(gitFiles.read(`${folder}/head-name`)).trim().replace(/^refs\/heads\//, '')})`;
    }
    if (gitFiles.find('BISECT_START')?.kind === 'file') return `(no branch, bisect started on ${losslessTextFromBytes(gitFiles.read('BISECT_START')).trim().replace(/^refs\/heads\//, '')})`;
    for (const entry of repository.reflog('HEAD')) {
      const match = /^checkout: moving from .* to (.*)$/.exec(entry.message);
      if (match === null) continue;
      const to = match[1]!;
      const found = findRefByShortName(this.#session.context.snapshot.refs, to);
      const shown = found !== undefined ? to : shortId(this.#session, entry.newId);
      return entry.newId === id ? `(HEAD detached at ${shown})` : `(HEAD detached from ${shown})`;
    }
    return '(no branch)';
  }

  // ---- changing

  async create(name: string, start: string): Promise<number> {
    const { io } = this.#session;
    if (name === 'HEAD' || name.startsWith('-') || !checkRefFormat(BRANCH_PREFIX + name).valid) die(name === 'HEAD' ? "'HEAD' is not a valid branch name" : `'${name}' is not a valid branch name`);
    const ref = findRefName(BRANCH_PREFIX + name)!;
    const { refs } = this.#session.repository.snapshot;
    const before = findRefId(refs, ref);
    if (before !== undefined && !this.#seen.forces) die(`a branch named '${name}' already exists`);
    if (before !== undefined && this.#isCheckedOut(ref)) die(`cannot force update the branch '${name}' checked out at '${this.#session.worktreePath ?? ''}'`);
    const found = start === 'HEAD' || start === this.current() ? undefined : findRefByShortName(refs, start)?.name ?? matchFullBranchName(this.#session, start);
    const id = this.#startCommit(start);
    const upstream = this.#trackedStart(found, start);
    await changeRefs(this.#session, [{ name: ref, id, expected: before ?? 'absent' }], {
      origin: 'branch', createsReflog: this.#seen.createsReflog, message: `branch: ${before === undefined ? 'Created' : 'Reset to'}${before === undefined ? ' from' : ''} ${start}`,
    });
    if (upstream !== undefined) this.#writeUpstream(name, upstream, io.stdout);
    return 0;
  }

  #startCommit(start: string): ObjectId {
    // `a...b` is the one merge base of both.
    const bases = start.includes('...') ? findRange(this.#session, start)?.exclude : undefined;
    const id = bases?.length === 1 ? bases[0] : findObject(this.#session, start, 'committish');
    if (id === undefined) {
      const head = this.#session.repository.head();
      if (start === 'HEAD' && head.id === undefined) die(`not a valid object name: '${head.ref?.slice(BRANCH_PREFIX.length) ?? 'HEAD'}'`);
      die(`not a valid object name: '${start}'`);
    }
    const object = findThroughTags(this.#session.context.snapshot, id);
    if (object?.type !== 'commit') throw new Failure(`error: object ${id} is a ${object?.type ?? 'missing object'}, not a commit\nfatal: not a valid branch point: '${start}'\n`, 128);
    return object.id;
  }

  /** The ref that a new branch tracks; `undefined` where it tracks none. */
  #trackedStart(found: RefName | undefined, start: string): RefName | undefined {
    const { config } = this.#session;
    const setting = this.#seen.track ?? (config.get('branch.autosetupmerge') === 'always' ? 'always' : config.get('branch.autosetupmerge') === 'inherit' ? 'inherit' : config.getBool('branch.autosetupmerge', true) ? 'remote' : 'no');
    if (setting === 'no') return undefined;
    const isBranch = found?.startsWith(BRANCH_PREFIX) === true;
    const isRemote = found?.startsWith(REMOTE_PREFIX) === true;
    if (setting === 'inherit' && isBranch) {
      const up = findUpstreamRef(this.#session.context.snapshot, found.slice(BRANCH_PREFIX.length));
      return typeof up === 'string' ? up : undefined;
    }
    if (setting === 'direct' && !isBranch && !isRemote) die(`cannot set up tracking information; starting point '${start}' is not a branch`);
    if (isRemote) return found;
    return isBranch && (setting === 'direct' || setting === 'always') ? found : undefined;
  }

  async remove(names: readonly string[]): Promise<number> {
    const { io } = this.#session;
    const isRemote = this.#seen.kinds === 'remote';
    const state = { isBroken: false };
    for (const given of names) {
      const name = isRemote ? given : this.#named(given);
      const ref = findRefName((isRemote ? REMOTE_PREFIX : BRANCH_PREFIX) + name);
      const { refs } = this.#session.repository.snapshot;
      const value = ref === undefined ? undefined : refs.get(ref);
      const refuse = (sentence: string): void => {
        io.stderr.write(`error: ${sentence}\n`);
        state.isBroken = true;
      };
      if (ref === undefined || value === undefined) {
        refuse(isRemote ? `remote-tracking branch '${name}' not found.` : `branch '${name}' not found.`);
        continue;
      }
      if (!isRemote && this.#isCheckedOut(ref)) {
        refuse(`Cannot delete branch '${name}' checked out at '${this.#session.worktreePath ?? ''}'`);
        continue;
      }
      const id = findRefId(refs, ref);
      if (id !== undefined && !this.#seen.forces && !isRemote && value.kind === 'direct' && !this.#isMerged(id, name)) {
        refuse(`The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.`);
        continue;
      }
      await changeRefs(this.#session, [{ name: ref, id: undefined, expected: undefined, isDirect: true }], { origin: 'branch' });
      const shown = value.kind === 'symbolic' ? value.target : shortId(this.#session, value.id);
      if (!this.#seen.isQuiet) writeText(io.stdout, `Deleted ${isRemote ? 'remote-tracking ' : ''}branch ${name} (was ${shown}).\n`);
      if (!isRemote) this.#editConfig((bytes) => removeConfigSection(bytes, `branch.${name}`) ?? bytes);
    }
    return state.isBroken ? 1 : 0;
  }

  #isMerged(id: ObjectId, name: string): boolean {
    const { snapshot } = this.#session.context;
    const upstream = findUpstreamRef(snapshot, name);
    const head = this.#session.repository.head().id;
    const target = typeof upstream === 'string' ? findRefId(snapshot.refs, upstream) : undefined;
    const base = target ?? head;
    const merged = base !== undefined && this.#session.repository.isAncestor(id, base);
    if (target !== undefined && head !== undefined) {
      const inHead = this.#session.repository.isAncestor(id, head);
      if (merged && !inHead) this.#session.io.stderr.write(`warning: deleting branch '${name}' that has been merged to\n         '${upstream as string}', but not yet merged to HEAD.\n`);
      if (!merged && inHead) this.#session.io.stderr.write(`warning: not deleting branch '${name}' that is not yet merged to\n         '${upstream as string}', even though it is merged to HEAD.\n`);
    }
    return merged;
  }

  /** A name as given, or the branch that `@{-1}` stands for. */
  #named(text: string): string {
    const full = text.includes('@') ? matchFullBranchName(this.#session, text) : undefined;
    return full?.startsWith(BRANCH_PREFIX) === true ? full.slice(BRANCH_PREFIX.length) : text;
  }

  #isCheckedOut(ref: RefName): boolean {
    return this.#session.repository.head().ref === ref && !this.#session.isBare;
  }

  async rename(oldText: string, newName: string, kind: 'move' | 'copy'): Promise<number> {
    const { repository } = this.#session;
    const oldName = this.#named(oldText);
    const from = findRefName(BRANCH_PREFIX + oldName) ?? die(`Invalid branch name: '${oldName}'`);
    if (newName.startsWith('-') || newName === 'HEAD' || !checkRefFormat(BRANCH_PREFIX + newName).valid) die(`'${newName}' is not a valid branch name`);
    const to = findRefName(BRANCH_PREFIX + newName)!;
    const { refs } = repository.snapshot;
    const id = findRefId(refs, from);
    const head = repository.head();
    const isCurrent = head.ref === from;
    if (id === undefined && !(isCurrent && kind === 'move')) die(`no branch named '${oldName}'`.replace('no branch', isCurrent ? 'No commit on branch' : 'No branch').replace(`named '${oldName}'`, isCurrent ? `'${oldName}' yet.` : `named '${oldName}'.`));
    if (findRefId(refs, to) !== undefined && from !== to) {
      if (!this.#seen.forces) die(`a branch named '${newName}' already exists`);
      if (this.#isCheckedOut(to)) die(`cannot force update the branch '${newName}' checked out at '${this.#session.worktreePath ?? ''}'`);
    }
    const message = `Branch: ${kind === 'copy' ? 'copied' : 'renamed'} ${from} to ${to}`;
    const identity = this.#session.identity('committer', { isStrict: false });
    const log = id === undefined ? [] : repository.reflog(from);
    if (from !== to) {
      repository.propose({ origin: 'branch' }, (draft) => {
        if (id !== undefined) {
          if (kind === 'move') draft.editRef(from, undefined);
          draft.setRef(to, id, { kind: 'any' });
        }
        if (isCurrent && kind === 'move') draft.editRef('HEAD' as RefName, symbolicRef(to));
      });
      await flushRefs(this.#session);
      if (id !== undefined) {
        repository.propose({ origin: 'branch' }, (draft) => {
          const last = { oldId: id, newId: id, name: identity.name, email: identity.email, timeSeconds: identity.timeSeconds, timezone: identity.timezone, message };
          for (const entry of [...log].reverse()) draft.editReflog(to, { kind: 'append', entry });
          if (log.length > 0) draft.editReflog(to, { kind: 'append', entry: last });
          if (log.length > 0 && isCurrent && kind === 'move') draft.editReflog('HEAD' as RefName, { kind: 'append', entry: last });
        });
        await flushRefs(this.#session);
      }
    }
    this.#editConfig((bytes) => {
      const section = `branch.${oldName}`;
      if (oldName === newName) return bytes;
      if (kind === 'move') return renameConfigSection(bytes, section, `branch.${newName}`) ?? bytes;
      let copy = bytes;
      for (const entry of this.#session.config.entries(`${section}.`)) if (entry.value !== undefined) copy = addConfigValue(copy, `branch.${newName}.${entry.key}`, entry.value);
      return copy;
    });
    return 0;
  }

  setUpstream(names: readonly string[], upstream: string): number {
    if (names.length > 1) die('too many arguments to set new upstream');
    const name = names[0] === undefined ? this.current() ?? die('could not set upstream of HEAD to ' + upstream + ' when it does not point to any branch.') : this.#named(names[0]);
    const { refs } = this.#session.repository.snapshot;
    if (findRefId(refs, findRefName(BRANCH_PREFIX + name) ?? die(`branch '${name}' does not exist`)) === undefined) {
      if (names[0] === undefined || this.current() === name) die(`No commit on branch '${name}' yet.`.replace('No commit', 'no commit'));
      die(`branch '${name}' does not exist`);
    }
    const found = findRefByShortName(refs, upstream)?.target ?? matchFullBranchName(this.#session, upstream);
    if (found === undefined) die(`the requested upstream branch '${upstream}' does not exist`);
    if (!found.startsWith('refs/heads/') && !found.startsWith('refs/remotes/')) die(`cannot set up tracking information; starting point '${upstream}' is not a branch`);
    this.#writeUpstream(name, found, this.#session.io.stdout);
    return 0;
  }

  #writeUpstream(name: string, upstream: RefName, stdout: Session['io']['stdout']): void {
    const isLocal = upstream.startsWith(BRANCH_PREFIX);
    if (isLocal && upstream === BRANCH_PREFIX + name) {
      this.#session.io.stderr.write(`warning: not setting branch '${name}' as its own upstream\n`);
      return;
    }
    const remote = isLocal ? { name: '.', ref: upstream as string } : this.#remoteOf(upstream);
    this.#editConfig((bytes) => {
      const withRemote = replaceConfigValues(bytes, `branch.${name}.remote`, remote.name);
      const withMerge = replaceConfigValues(withRemote, `branch.${name}.merge`, remote.ref);
      return this.#rebases(isLocal) ? replaceConfigValues(withMerge, `branch.${name}.rebase`, 'true') : withMerge;
    });
    if (this.#seen.isQuiet) return;
    const shown = isLocal ? upstream.slice(BRANCH_PREFIX.length) : upstream.slice(REMOTE_PREFIX.length);
    writeText(stdout, `branch '${name}' set up to track '${shown}'${this.#rebases(isLocal) ? ' by rebasing' : ''}.\n`);
  }

  #rebases(isLocal: boolean): boolean {
    const setting = this.#session.config.get('branch.autosetuprebase') ?? 'never';
    return setting === 'always' || setting === (isLocal ? 'local' : 'remote');
  }

  /** Which remote fetches into a remote-tracking branch, and from which of its branches. */
  #remoteOf(upstream: RefName): { readonly name: string; readonly ref: string } {
    const { config } = this.#session;
    for (const name of config.subsections('remote')) {
      for (const spec of config.getAll(`remote.${name}.fetch`)) {
        const [source = '', target = ''] = spec.replace(/^\+/, '').split(':');
        if (target === upstream) return { name, ref: source };
        const star = target.indexOf('*');
        if (star < 0 || !upstream.startsWith(target.slice(0, star)) || !upstream.endsWith(target.slice(star + 1))) continue;
        return { name, ref: source.replace('*', upstream.slice(star, upstream.length - (target.length - star - 1))) };
      }
    }
    return failWith(`cannot set up tracking information; starting point '${upstream}' is not a branch`, 128);
  }

  unsetUpstream(names: readonly string[]): number {
    if (names.length > 1) die('too many arguments to unset upstream');
    const name = names[0] === undefined ? this.current() ?? die('could not unset upstream of HEAD when it does not point to any branch.') : this.#named(names[0]);
    if (this.#session.config.get(`branch.${name}.merge`) === undefined) die(`Branch '${name}' has no upstream information`);
    this.#editConfig((bytes) => {
      const withoutRemote = unsetConfigValues(bytes, `branch.${name}.remote`) ?? bytes;
      return unsetConfigValues(withoutRemote, `branch.${name}.merge`) ?? withoutRemote;
    });
    return 0;
  }

  async editDescription(names: readonly string[]): Promise<number> {
    const { io, config, gitFiles, gitDirectory, repository } = this.#session;
    if (names.length > 1) die('cannot edit description of more than one branch');
    const name = names[0] === undefined ? this.current() ?? die('Cannot give description to detached HEAD') : this.#named(names[0]);
    const ref = findRefName(BRANCH_PREFIX + name);
    if (ref === undefined || findRefId(repository.snapshot.refs, ref) === undefined) {
      failWith(this.current() === name ? `No commit on branch '${name}' yet.` : `No branch named '${name}'.`);
    }
    const before = config.get(`branch.${name}.description`) ?? '';
    const hint = `# Please edit the description for the branch\n#   ${name}\n# Lines starting with '#' will be stripped.\n`;
    gitFiles.write('EDIT_DESCRIPTION', Buffer.from(`${before}${before === '' || before.endsWith('\n') ? '' : '\n'}${hint}`));
    await editFile(io, config, `${gitDirectory}/EDIT_DESCRIPTION`);
    const text = losslessTextFromBytes(gitFiles.read('EDIT_DESCRIPTION')).split('\n').filter((line) => !line.startsWith('#')).join('\n').trim();
    gitFiles.remove('EDIT_DESCRIPTION');
    this.#editConfig((bytes) => (text === '' ? unsetConfigValues(bytes, `branch.${name}.description`) ?? bytes : replaceConfigValues(bytes, `branch.${name}.description`, `${text}\n`)));
    return 0;
  }

  #editConfig(edit: (bytes: Uint8Array) => Uint8Array): void {
    const { commonFiles } = this.#session;
    const before = commonFiles.find('config')?.kind === 'file' ? commonFiles.read('config') : new Uint8Array(0);
    const after = edit(before);
    if (after !== before) commonFiles.write('config', after);
  }
}
