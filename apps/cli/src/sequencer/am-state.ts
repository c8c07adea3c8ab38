/** The files of `rebase-apply/` while a mailbox is applied. */
import type { ObjectId } from '@govc/core';

import { die } from '../failure.js';
import type { SigningWish } from '../session/signing.js';
import { parseAuthorScript, serializeAuthorScript } from './author-script.js';
import type { Workplace } from './workplace.js';

export const AM = 'rebase-apply';

/** Who wrote a patch, and when, as the mail says it. */
export interface MailAuthor {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

/** What is asked for, and how far it has come. */
export interface AmState {
  current: number;
  last: number;
  author: MailAuthor | undefined;
  message: string | undefined;
  original: ObjectId | undefined;
  threeWay: boolean;
  isQuiet: boolean;
  signsOff: boolean;
  isUtf8: boolean;
  rerereAuto: boolean | undefined;
  keep: 'f' | 't' | 'b';
  messageId: boolean;
  scissors: boolean | undefined;
  quotedCr: '' | 'nowarn' | 'warn' | 'strip';
  apply: string[];
  isRebasing: boolean;
  isInteractive: boolean;
  resolveMessage: string | undefined;
  committerDateIsAuthorDate: boolean;
  ignoresDate: boolean;
  signing: SigningWish;
  empty: 'stop' | 'drop' | 'keep';
}

/** What is done when nothing is asked for. */
export function makeAmState(config: Workplace['session']['config']): AmState {
  return {
    current: 0, last: 0, author: undefined, message: undefined, original: undefined, threeWay: config.getBool('am.threeway', false), isQuiet: false,
    signsOff: false, isUtf8: true, rerereAuto: undefined, keep: 'f', messageId: config.getBool('am.messageid', false), scissors: undefined, quotedCr: '',
    apply: [], isRebasing: false, isInteractive: false, resolveMessage: undefined, committerDateIsAuthorDate: false, ignoresDate: false, signing: undefined, empty: 'stop',
  };
}

/** Whether a mailbox is being applied. */
export function isAmRunning(work: Workplace): boolean {
  return work.has(`${AM}/last`) && work.has(`${AM}/next`);
}

/** A patch by its number. */
export function patchName(number: number): string {
  return `${AM}/${String(number).padStart(4, '0')}`;
}

/** Writes what stays the same while patches are applied; the places in the list come last. */
export function saveAmState(work: Workplace, state: AmState): void {
  const text = (name: string, value: string): void => { work.save(`${AM}/${name}`, value === '' ? '' : `${value}\n`); };
  const bool = (name: string, value: boolean): void => { text(name, value ? 't' : 'f'); };
  bool('threeway', state.threeWay);
  bool('quiet', state.isQuiet);
  bool('sign', state.signsOff);
  bool('utf8', state.isUtf8);
  if (state.rerereAuto !== undefined) bool('rerere-autoupdate', state.rerereAuto);
  text('keep', state.keep);
  bool('messageid', state.messageId);
  text('scissors', state.scissors === undefined ? '' : state.scissors ? 't' : 'f');
  text('quoted-cr', state.quotedCr);
  text('apply-opt', state.apply.map((word) => ` '${word.replaceAll("'", "'\\''")}'`).join(''));
  text(state.isRebasing ? 'rebasing' : 'applying', '');
}

/** Says how far it has come. */
export function savePlace(work: Workplace, { current, last }: AmState): void {
  work.save(`${AM}/next`, `${current}\n`);
  work.save(`${AM}/last`, `${last}\n`);
}

/** Reads the files. */
export function loadAmState(work: Workplace, state: AmState): void {
  const line = (name: string): string | undefined => work.line(`${AM}/${name}`);
  const bool = (name: string): boolean => line(name) === 't';
  state.current = Number.parseInt(line('next') ?? '0', 10) || 0;
  state.last = Number.parseInt(line('last') ?? '0', 10) || 0;
  state.author = readAuthor(work);
  state.message = work.read(`${AM}/final-commit`);
  state.original = line('original-commit') as ObjectId | undefined;
  state.threeWay = bool('threeway');
  state.isQuiet = bool('quiet');
  state.signsOff = bool('sign');
  state.isUtf8 = bool('utf8');
  state.rerereAuto = line('rerere-autoupdate') === undefined ? undefined : bool('rerere-autoupdate');
  const keep = line('keep');
  state.keep = keep === 't' || keep === 'b' ? keep : 'f';
  state.messageId = bool('messageid');
  const scissors = line('scissors');
  state.scissors = scissors === 't' ? true : scissors === 'f' ? false : undefined;
  const quotedCr = line('quoted-cr');
  state.quotedCr = quotedCr === 'nowarn' || quotedCr === 'warn' || quotedCr === 'strip' ? quotedCr : '';
  state.apply = [...(line('apply-opt') ?? '').matchAll(/'((?:[^']|'\\'')*)'/g)].map(([, word]) => word!.replaceAll("'\\''", "'"));
  state.isRebasing = work.has(`${AM}/rebasing`);
}

function readAuthor(work: Workplace): MailAuthor | undefined {
  const text = work.read(`${AM}/author-script`);
  if (text === undefined) return undefined;
  const author = parseAuthorScript(text);
  if (typeof author === 'string') {
    work.tell(`error: ${author}\n`);
    die('could not parse author script');
  }
  return { name: author.GIT_AUTHOR_NAME, email: author.GIT_AUTHOR_EMAIL, date: author.GIT_AUTHOR_DATE };
}

/** Writes who wrote the patch at hand and what its commit will say. */
export function savePatchState(work: Workplace, { author, message }: AmState): void {
  if (author !== undefined) work.save(`${AM}/author-script`, serializeAuthorScript({ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email, GIT_AUTHOR_DATE: author.date }));
  work.save(`${AM}/final-commit`, message ?? '');
}

/** Goes on to the next patch. */
export function nextPatch(work: Workplace, state: AmState): void {
  state.author = undefined;
  state.message = undefined;
  state.original = undefined;
  work.remove(`${AM}/author-script`, `${AM}/final-commit`, `${AM}/original-commit`, 'REBASE_HEAD');
  const { id } = work.head;
  work.save(`${AM}/abort-safety`, id === undefined ? '' : `${id}\n`);
  state.current++;
  work.save(`${AM}/next`, `${state.current}\n`);
}
