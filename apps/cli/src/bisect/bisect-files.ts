/** A bisection as it stands in the Git directory: `BISECT_*` and `refs/bisect/*` (git-bisect(1)), so that git can go on with it. */
import type { BisectState, BisectTerms, ObjectId } from '@govc/core';
import { bytesFromLosslessText, findFile, findObjectId, losslessTextFromBytes, type RefName } from '@govc/core/plumbing';

import { changeRefs } from '../session/ref-edits.js';
import type { Session } from '../session/session.js';
import { stateText } from '../worktree/open-worktree.js';

const STATE_FILES = [
  'BISECT_EXPECTED_REV', 'BISECT_ANCESTORS_OK', 'BISECT_LOG', 'BISECT_TERMS', 'BISECT_NAMES', 'BISECT_RUN', 'BISECT_FIRST_PARENT', 'BISECT_HEAD', 'BISECT_START',
];

/** The state files of one repository. */
export class BisectFiles {
  readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** Whether a bisection is under way. */
  get isStarted(): boolean {
    return (this.text('BISECT_START') ?? '') !== '';
  }

  text(name: string): string | undefined {
    return stateText(this.session.gitFiles, name);
  }

  write(name: string, text: string): void {
    this.session.gitFiles.write(name, bytesFromLosslessText(text));
  }

  /** Whether only `BISECT_HEAD` moves, and no file. */
  get hasOwnHead(): boolean {
    return this.text('BISECT_HEAD') !== undefined;
  }

  get terms(): BisectTerms | undefined {
    const [bad, good] = (this.text('BISECT_TERMS') ?? '').split('\n');
    return bad === undefined || bad === '' || good === undefined ? undefined : { bad, good };
  }

  /** What is known so far; its log is empty, to take what is added. */
  read(terms: BisectTerms = this.terms ?? { bad: 'bad', good: 'good' }): BisectState {
    const { refs } = this.session.repository.snapshot;
    let bad: ObjectId | undefined;
    const good: ObjectId[] = [];
    const skipped: ObjectId[] = [];
    for (const [name, value] of refs.entries('refs/bisect/')) {
      if (value.kind !== 'direct') continue;
      const short = name.slice(12);
      if (short === terms.bad) bad = value.id;
      else if (short.startsWith(`${terms.good}-`)) good.push(value.id);
      else if (short.startsWith('skip-')) skipped.push(value.id);
    }
    const expected = this.text('BISECT_EXPECTED_REV');
    return {
      terms, bad, good: [...new Set(good)].sort(), skipped: [...new Set(skipped)].sort(), isFirstParent: this.text('BISECT_FIRST_PARENT') !== undefined,
      paths: unquoteWords(this.text('BISECT_NAMES') ?? ''), expected: expected === undefined ? undefined : findObjectId(expected, this.session.algorithm),
      areAncestorsChecked: this.text('BISECT_ANCESTORS_OK') !== undefined, log: [],
    };
  }

  /** Adds lines to the log. */
  log(lines: readonly string[]): void {
    if (lines.length === 0) return;
    const before = findFile(this.session.gitFiles, 'BISECT_LOG');
    this.write('BISECT_LOG', (before === undefined ? '' : losslessTextFromBytes(before)) + lines.map((line) => `${line}\n`).join(''));
  }

  /** Remembers what a commit is. */
  async mark(mark: string, id: ObjectId, terms: BisectTerms): Promise<void> {
    const name = (mark === terms.bad ? `refs/bisect/${mark}` : `refs/bisect/${mark}-${id}`) as RefName;
    await changeRefs(this.session, [{ name, id, expected: undefined }], { origin: 'bisect' });
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    const changes = [...this.session.repository.snapshot.refs.entries('refs/bisect/')].map(([name]) => ({ name: name as RefName, id: undefined, expected: undefined }));
    if (changes.length > 0) await changeRefs(this.session, changes, { origin: 'bisect' });
    for (const name of STATE_FILES) this.session.gitFiles.remove(name);
  }
}

/** Words in quotes as a shell reads them, each with a space before it. */
export function quoteWords(words: readonly string[]): string {
  return words.map((word) => ` '${word.replace(/['!]/g, (mark) => `'\\${mark}'`)}'`).join('');
}

/** The words of such a text. */
export function unquoteWords(text: string): string[] {
  return [...text.matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/gs)].map(([word]) =>
    word.replace(/'([^']*)'|\\(.)/gs, (_all, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? ''));
}
