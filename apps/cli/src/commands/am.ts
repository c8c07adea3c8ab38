import type { Command } from '../command.js';
import { die, failWith } from '../failure.js';
import { directRef, type RefName } from '@govc/core/plumbing';
import { flag, modeFlag, optionalValue, value, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { splitPatches, type PatchFormat } from '../sequencer/am-mail.js';
import { abortAm, AmRun } from '../sequencer/am-run.js';
import { AM, isAmRunning, loadAmState, makeAmState, patchName, saveAmState, savePlace, type AmState } from '../sequencer/am-state.js';
import { clearRerere } from '../sequencer/rerere-files.js';
import { Workplace } from '../sequencer/workplace.js';
import { appendSignoff } from '@govc/core/plumbing';
import { signingWish } from '../session/signing.js';

const USAGE = ['git am [<options>] [(<mbox> | <Maildir>)...]', 'git am [<options>] (--continue | --skip | --abort)'];

interface AmAsked {
  mode: 'resolved' | 'skip' | 'abort' | 'quit' | 'show' | 'allow-empty' | undefined;
  shown: 'raw' | 'diff';
  format: PatchFormat | undefined;
  keepsCr: boolean;
  signsExplicitly: boolean;
}

/** `git am`. */
export const amCommand: Command = async (args, context) => {
  const session = await context.session();
  session.needWorktree();
  const work = new Workplace(context, session);
  const state = makeAmState(session.config);
  const isRunning = isAmRunning(work);
  if (isRunning) loadAmState(work, state);
  const asked: AmAsked = { mode: undefined, shown: 'raw', format: undefined, keepsCr: session.config.getBool('am.keepcr', false), signsExplicitly: false };
  const paths = parseOptions(args, { io: context.io, usage: USAGE, options: amOptions(state, asked) });
  if (state.isInteractive) die('choosing patches interactively is not supported');
  session.identity('committer');
  try {
    if (isRunning) return await goOn(work, state, { asked, paths });
    if (work.has(AM) && !state.isRebasing) {
      if (asked.mode !== 'abort' && asked.mode !== 'quit') die(`Stray ${session.gitDirectory}/${AM} directory found.\nUse "git am --abort" to remove it.`);
      work.removeFolder(AM);
      return 0;
    }
    if (asked.mode !== undefined) die('Resolve operation not in progress, we are not resuming.');
    await splitPatches(work, state, { paths, format: asked.format, keepsCr: asked.keepsCr });
    await begin(work, state);
    return await new AmRun(work, state).run(false);
  } finally {
    work.tree.unlock();
  }
};

async function begin(work: Workplace, state: AmState): Promise<void> {
  if (state.isRebasing) state.threeWay = true;
  saveAmState(work, state);
  const { id } = work.head;
  work.save(`${AM}/abort-safety`, id === undefined ? '' : `${id}\n`);
  if (!state.isRebasing) {
    const { tree } = work;
    tree.draft.editRef('ORIG_HEAD' as RefName, id === undefined ? undefined : directRef(id));
    await tree.saveObjects({ message: 'am' });
  }
  savePlace(work, state);
}

async function goOn(work: Workplace, state: AmState, { asked, paths }: { readonly asked: AmAsked; readonly paths: readonly string[] }): Promise<number> {
  if (paths.length > 0 || (asked.mode === undefined && work.session.io.isTerminal?.(0) !== true)) {
    die(`previous rebase directory ${work.pathOf(AM)} still exists but mbox given.`);
  }
  if (asked.signsExplicitly && state.message !== undefined) state.message = appendSignoff(state.message, work.session.identity('committer'));
  const run = new AmRun(work, state);
  switch (asked.mode) {
    case undefined: return run.run(true);
    case 'resolved': return run.resolve(false);
    case 'allow-empty': return run.resolve(true);
    case 'skip': return run.skip();
    case 'abort': return abortAm(work);
    case 'quit':
      clearRerere(work.tree);
      work.removeFolder(AM);
      return 0;
    case 'show':
      if (state.original !== undefined) return work.run(['show', state.original, '--']);
      work.session.io.stdout.write(work.files.read(asked.shown === 'raw' ? patchName(state.current) : `${AM}/patch`));
      return 0;
  }
}

function amOptions(state: AmState, asked: AmAsked): Option[] {
  const pass = (names: string, help: string, takes: string | undefined): Option => {
    const name = names.length === 1 ? `-${names}` : `--${names}`;
    return takes === undefined
      ? flag(names, help, (isOn) => { state.apply.push(isOn ? name : `--no-${names}`); })
      : value(names, takes, help, (text) => { state.apply.push(text === undefined ? `--no-${names}` : names.length === 1 ? `${name}${text}` : `${name}=${text}`); });
  };
  const through = 'pass it through git-apply';
  const mode = (name: string, help: string, wanted: AmAsked['mode']): Option => modeFlag(name, help, 'mode', () => { asked.mode = wanted; });
  return [
    flag('i|interactive', 'run interactively', (isOn) => { state.isInteractive = isOn; }),
    flag('b|binary', 'historical option -- no-op', () => undefined, { isHidden: true }),
    flag('3|3way', 'allow fall back on 3way merging if needed', (isOn) => { state.threeWay = isOn; }),
    flag('q|quiet', 'be quiet', (isOn) => { state.isQuiet = isOn; }),
    flag('s|signoff', 'add a Signed-off-by trailer to the commit message', (isOn) => {
      state.signsOff = isOn;
      asked.signsExplicitly = isOn;
    }),
    flag('u|utf8', 'recode into utf8 (default)', (isOn) => { state.isUtf8 = isOn; }),
    flag('k|keep', 'pass -k flag to git-mailinfo', (isOn) => { state.keep = isOn ? 't' : 'f'; }),
    flag('keep-non-patch', 'pass -b flag to git-mailinfo', (isOn) => { state.keep = isOn ? 'b' : 'f'; }),
    flag('m|message-id', 'pass -m flag to git-mailinfo', (isOn) => { state.messageId = isOn; }),
    flag('keep-cr', 'pass --keep-cr flag to git-mailsplit for mbox format', (isOn) => { asked.keepsCr = isOn; }),
    flag('c|scissors', 'strip everything before a scissors line', (isOn) => { state.scissors = isOn; }),
    value('quoted-cr', 'action', 'pass it through git-mailinfo', (text) => {
      if (text !== 'nowarn' && text !== 'warn' && text !== 'strip') failWith(`bad action '${text ?? ''}' for '--quoted-cr'`, 129);
      state.quotedCr = text;
    }, { canNegate: false }),
    pass('whitespace', through, 'action'), pass('ignore-space-change', through, undefined), pass('ignore-whitespace', through, undefined),
    pass('directory', through, 'root'), pass('exclude', through, 'path'), pass('include', through, 'path'), pass('C', through, 'n'), pass('p', through, 'num'),
    value('patch-format', 'format', 'format the patch(es) are in', (text) => {
      const known: readonly string[] = ['mbox', 'mboxrd', 'stgit', 'stgit-series', 'hg'];
      if (text === undefined || !known.includes(text)) failWith(`invalid value for '--patch-format': '${text ?? ''}'`, 129);
      asked.format = text as PatchFormat;
    }),
    pass('reject', through, undefined),
    value('resolvemsg', '...', 'override error message when patch failure occurs', (text) => { state.resolveMessage = text; }),
    mode('continue', 'continue applying patches after resolving a conflict', 'resolved'), mode('r|resolved', 'synonyms for --continue', 'resolved'),
    mode('skip', 'skip the current patch', 'skip'), mode('abort', 'restore the original branch and abort the patching operation', 'abort'),
    mode('quit', 'abort the patching operation but keep HEAD where it is', 'quit'),
    optionalValue('show-current-patch', '(diff|raw)', 'show the patch being applied', (text) => {
      if (text !== undefined && text !== 'raw' && text !== 'diff') failWith(`invalid value for '--show-current-patch': '${text}'`, 129);
      asked.mode = 'show';
      asked.shown = text ?? 'raw';
    }, { canNegate: false }),
    mode('allow-empty', 'record the empty patch as an empty commit', 'allow-empty'),
    flag('committer-date-is-author-date', 'lie about committer date', (isOn) => { state.committerDateIsAuthorDate = isOn; }),
    flag('ignore-date', 'use current timestamp for author date', (isOn) => { state.ignoresDate = isOn; }),
    flag('rerere-autoupdate', 'update the index with reused conflict resolution if possible', (isOn) => { state.rerereAuto = isOn; }),
    optionalValue('S|gpg-sign', 'key-id', 'GPG-sign commits', (text, isSet) => { state.signing = signingWish(text, isSet); }),
    value('empty', '{stop,drop,keep}', 'how to handle empty patches', (text) => {
      if (text !== 'stop' && text !== 'drop' && text !== 'keep') failWith(`invalid value for '--empty': '${text ?? ''}'`, 129);
      state.empty = text;
    }, { canNegate: false }),
    flag('rebasing', '(internal use for git-rebase)', (isOn) => { state.isRebasing = isOn; }, { isHidden: true }),
  ];
}
