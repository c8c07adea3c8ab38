/** The files of `rebase-merge/` that say what is rebased and how. */
import type { ObjectId } from '@govc/core';
import { findObjectId, type RefName } from '@govc/core/plumbing';

import { Failure } from '../failure.js';
import { signingWish } from '../session/signing.js';
import type { PickSettings } from './settings.js';
import type { Workplace } from './workplace.js';

export const STATE = 'rebase-merge';

/** What is rebased. */
export interface RebaseBasics {
  /** The branch; `undefined` where HEAD was detached. */
  readonly branch: RefName | undefined;
  readonly onto: ObjectId;
  readonly origin: ObjectId;
}

/** Writes the files. */
export function writeBasics(work: Workplace, { branch, onto, origin }: RebaseBasics, settings: PickSettings): void {
  const file = (name: string, text: string): void => { work.save(`${STATE}/${name}`, text); };
  file('interactive', '');
  file('head-name', `${branch ?? 'detached HEAD'}\n`);
  file('onto', `${onto}\n`);
  file('orig-head', `${origin}\n`);
  if (settings.isQuiet) file('quiet', '');
  if (settings.isVerbose) file('verbose', '');
  if (settings.strategy !== undefined) file('strategy', `${settings.strategy}\n`);
  if (settings.words.length > 0) file('strategy_opts', `${settings.words.map((word) => ` --${word}`).join('')}\n`);
  if (settings.rerereAuto !== undefined) file('allow_rerere_autoupdate', settings.rerereAuto ? '--rerere-autoupdate\n' : '--no-rerere-autoupdate\n');
  if (settings.signing === true || typeof settings.signing === 'string') file('gpg_sign_opt', `-S${settings.signing === true ? '' : settings.signing}\n`);
  if (settings.signsOff) file('signoff', '--signoff\n');
  if (settings.dropsRedundant) file('drop_redundant_commits', '');
  if (settings.keepsRedundant) file('keep_redundant_commits', '');
  if (settings.committerDateIsAuthorDate) file('cdate_is_adate', '');
  if (settings.ignoresDate) file('ignore_date', '');
  file(settings.reschedulesExec ? 'reschedule-failed-exec' : 'no-reschedule-failed-exec', '');
}

/** Reads what is rebased; tells what is wrong. @throws {Failure} */
export function readBasics(work: Workplace, folder: string): RebaseBasics {
  const name = work.line(`${folder}/head-name`);
  const onto = work.line(`${folder}/onto`);
  if (name === undefined || onto === undefined) {
    throw new Failure(`warning: could not read '${work.pathOf(`${folder}/${name === undefined ? 'head-name' : 'onto'}`)}'.\n`, 1);
  }
  const origin = work.line(`${folder}/orig-head`) ?? work.line(`${folder}/head`);
  if (origin === undefined) throw new Failure(`warning: could not read '${work.pathOf(`${folder}/head`)}'.\n`, 1);
  const { algorithm } = work.session;
  const ontoId = findObjectId(onto, algorithm);
  if (ontoId === undefined) throw new Failure(`error: invalid onto: '${onto}'\n`, 1);
  const originId = findObjectId(origin, algorithm);
  if (originId === undefined) throw new Failure(`error: invalid orig-head: '${origin}'\n`, 1);
  return { branch: name.startsWith('refs/') ? name as RefName : undefined, onto: ontoId, origin: originId };
}

/** Takes over what the files say about how. */
export function readRebaseSettings(work: Workplace, settings: PickSettings): void {
  const has = (name: string): boolean => work.has(`${STATE}/${name}`);
  const line = (name: string): string | undefined => {
    const text = work.line(`${STATE}/${name}`);
    return text === '' ? undefined : text;
  };
  const key = line('gpg_sign_opt');
  if (key?.startsWith('-S') === true) settings.signing = signingWish(key === '-S' ? undefined : key.slice(2), true);
  const rerere = line('allow_rerere_autoupdate');
  if (rerere !== undefined) settings.rerereAuto = rerere === '--rerere-autoupdate';
  settings.isVerbose ||= has('verbose');
  settings.isQuiet ||= has('quiet');
  settings.signsOff ||= has('signoff');
  settings.committerDateIsAuthorDate ||= has('cdate_is_adate');
  settings.ignoresDate ||= has('ignore_date');
  if (settings.signsOff || settings.committerDateIsAuthorDate || settings.ignoresDate) settings.allowsFastForward = false;
  if (has('reschedule-failed-exec')) settings.reschedulesExec = true;
  else if (has('no-reschedule-failed-exec')) settings.reschedulesExec = false;
  settings.dropsRedundant ||= has('drop_redundant_commits');
  settings.keepsRedundant ||= has('keep_redundant_commits');
  settings.strategy = line('strategy') ?? settings.strategy;
  const words = line('strategy_opts');
  if (words !== undefined) settings.words.push(...splitWords(words).map((word) => word.replace(/^--/, '')));
  const root = line('squash-onto');
  if (root !== undefined) settings.squashOnto = root as ObjectId;
}

/** The words of a line, as a shell would take simple ones. */
function splitWords(line: string): string[] {
  return [...line.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)].map(([word]) => word.replace(/\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"/g, (_, one: string | undefined, two: string | undefined, three: string | undefined) => one ?? two ?? three?.replace(/\\(.)/g, '$1') ?? ''));
}

/** Removes everything that a rebase keeps, with the refs that it made. */
export async function removeRebaseState(work: Workplace): Promise<void> {
  const names = (work.read(`${STATE}/refs-to-delete`) ?? '').split('\n').filter((name) => name !== '');
  for (const name of names) {
    if (work.session.repository.snapshot.refs.get(name) !== undefined) await work.editRef(name as RefName, undefined);
  }
  work.removeFolder(STATE);
}

/** A ref that is moved with the commits that it names. */
export interface UpdatedRef {
  readonly ref: string;
  readonly before: string;
  readonly after: string;
}

/** Reads `update-refs`. */
export function readUpdatedRefs(work: Workplace): UpdatedRef[] {
  const lines = (work.read(`${STATE}/update-refs`) ?? '').split('\n');
  const refs: UpdatedRef[] = [];
  for (let at = 0; at + 2 < lines.length; at += 3) refs.push({ ref: lines[at]!, before: lines[at + 1]!, after: lines[at + 2]! });
  return refs;
}

/** Writes it; no refs, no file. */
export function writeUpdatedRefs(work: Workplace, refs: readonly UpdatedRef[]): void {
  if (refs.length === 0) work.remove(`${STATE}/update-refs`);
  else work.save(`${STATE}/update-refs`, [...refs].sort((a, b) => (a.ref < b.ref ? -1 : 1)).map(({ ref, before, after }) => `${ref}\n${before}\n${after}\n`).join(''));
}
