import type { BisectTerms, ObjectId } from '@govc/core';
import { checkRefFormat, losslessTextFromBytes, peelToCommit } from '@govc/core/plumbing';

import { BisectFiles, quoteWords, unquoteWords } from '../bisect/bisect-files.js';
import { runBisection } from '../bisect/bisect-run.js';
import { takeStep, tellStatus, type StepEnd } from '../bisect/bisect-step.js';
import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { Failure, failWith } from '../failure.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { readHead, subjectOf } from '../worktree/head.js';

const USAGE = 'git bisect [help|start|bad|good|new|old|terms|skip|next|reset|visualize|view|replay|log|run]';
const COMMANDS = ['help', 'start', 'skip', 'next', 'reset', 'visualize', 'view', 'replay', 'log', 'run', 'terms'];

/** `git bisect`. */
export const bisectCommand: Command = async ([verb, ...args], context) => {
  const { io } = context;
  if (verb === undefined || verb === '-h' || verb === 'help') {
    (verb === undefined ? io.stderr : io.stdout).write(`usage: ${USAGE}\n`);
    return verb === undefined ? 1 : 0;
  }
  const session = await context.session();
  return new Bisection(context, new BisectFiles(session)).run(verb, args);
};

/** The verbs, on the state files of one repository. */
export class Bisection {
  readonly #context: Context;
  readonly #files: BisectFiles;

  constructor(context: Context, files: BisectFiles) {
    this.#context = context;
    this.#files = files;
  }

  async run(verb: string, args: readonly string[]): Promise<number> {
    const { terms } = this.#files;
    switch (verb) {
      case 'start': return this.#start(args);
      case 'next': return this.#next();
      case 'reset': return this.#reset(args);
      case 'log': return this.#showLog();
      case 'terms': return this.#showTerms(args);
      case 'skip': return this.#skip(args);
      case 'replay': return this.#replay(args);
      case 'visualize': case 'view': return this.#visualize(args);
      case 'run': {
        if (!this.#files.isStarted) throw new Failure('You need to start by "git bisect start"\n', 1);
        return runBisection(this.#context, this.#files, args);
      }
      default: {
        const known = terms === undefined ? ['bad', 'good', 'new', 'old'] : [terms.bad, terms.good];
        if (known.includes(verb) || ['bad', 'good', 'new', 'old'].includes(verb)) return this.#mark(verb, args);
        this.#context.io.stderr.write(`usage: ${USAGE}\n`);
        return 1;
      }
    }
  }

  async #start(args: readonly string[]): Promise<number> {
    const { session } = this.#files;
    const o = readStart(session.worktree === undefined, args);
    const revisions: ObjectId[] = [];
    let paths: readonly string[] = [];
    const dashes = args.indexOf('--');
    for (const [index, { text, at }] of o.words.entries()) {
      if (dashes >= 0 && at > dashes) {
        paths = o.words.slice(index).map((word) => word.text);
        break;
      }
      const id = findObject(session, `${text}^{commit}`, undefined, true);
      if (id === undefined) {
        if (dashes >= 0) throw new Failure(`fatal: '${text}' does not appear to be a valid revision\n`, 128);
        paths = o.words.slice(index).map((word) => word.text);
        break;
      }
      revisions.push(id);
    }
    const head = readHead(session);
    let start = this.#files.text('BISECT_START') ?? '';
    if (head.id === undefined) failWith('bad HEAD - I need a HEAD');
    if (start !== '') {
      if (!o.keepsFiles && await this.#context.run(['checkout', start, '--']) !== 0) failWith(`checking out '${start}' failed. Try 'git bisect start <valid-branch>'.`);
    } else {
      start = head.branch ?? head.id;
    }
    await this.#files.clear();
    this.#files.write('BISECT_START', `${start}\n`);
    if (o.firstParent) this.#files.write('BISECT_FIRST_PARENT', '\n');
    if (o.keepsFiles) this.#files.write('BISECT_HEAD', `${head.id}\n`);
    this.#files.write('BISECT_NAMES', `${quoteWords(paths)}\n`);
    const marks = revisions.map((id, index) => [index === 0 ? o.terms.bad : o.terms.good, id] as const);
    for (const [mark, id] of marks) {
      await this.#files.mark(mark, id, o.terms);
      this.#files.log([`# ${mark}: [${id}] ${subjectOf(session, id)}`]);
    }
    if (o.writesTerms || revisions.length > 0) this.#files.write('BISECT_TERMS', `${o.terms.bad}\n${o.terms.good}\n`);
    this.#files.log([`git bisect start${quoteWords(args)}`]);
    return this.#goOn(o.terms);
  }

  /** Takes a step where enough is known. */
  async #goOn(terms?: BisectTerms): Promise<number> {
    const state = this.#files.read(terms);
    return tellStatus(this.#files, state) ? codeOf(await takeStep(this.#context, this.#files, state)) : 0;
  }

  async #next(): Promise<number> {
    this.#needStart();
    const state = this.#files.read();
    const { terms, bad, good } = state;
    if (bad === undefined && good.length > 0) {
      this.#context.io.stderr.write(`warning: bisecting only with a ${terms.good} commit\n`);
      return 0;
    }
    if (bad === undefined || good.length === 0) {
      const words = terms.bad === 'bad' ? 'bad|new} and one {good|old' : `${terms.bad}} and one {${terms.good}`;
      failWith(`You need to give me at least one {${words}} revision.\nYou can use "git bisect {bad|new}" and "git bisect {good|old}" for that.`);
    }
    return codeOf(await takeStep(this.#context, this.#files, state));
  }

  #needStart(): void {
    if (!this.#files.isStarted) throw new Failure('You need to start by "git bisect start"\n\n', 1);
  }

  async #mark(mark: string, args: readonly string[]): Promise<number> {
    const { session } = this.#files;
    this.#needStart();
    const terms = this.#chooseTerms(mark);
    if (args.length > 1 && mark === terms.bad) failWith(`'git bisect ${terms.bad}' can take only one argument.`);
    const head = (): ObjectId | undefined => findObject(session, this.#files.hasOwnHead ? 'BISECT_HEAD' : 'HEAD', 'committish', true);
    const ids = args.length === 0 ? [head() ?? failWith('Bad rev input: HEAD')] : args.map((text) => findObject(session, text, 'committish', true) ?? failWith(`Bad rev input: ${text}`));
    await this.markAll(mark, ids.map((id) => peelToCommit(session.context.snapshot, id)), terms);
    return this.#goOn(terms);
  }

  /** Records what commits are, in refs and in the log. */
  async markAll(mark: string, ids: readonly ObjectId[], terms: BisectTerms): Promise<void> {
    const { session } = this.#files;
    for (const id of ids) {
      await this.#files.mark(mark, id, terms);
      this.#files.log([`# ${mark}: [${id}] ${subjectOf(session, id)}`, `git bisect ${mark} ${id}`]);
      const expected = this.#files.text('BISECT_EXPECTED_REV');
      if (expected !== undefined && expected !== id) {
        session.gitFiles.remove('BISECT_ANCESTORS_OK');
        session.gitFiles.remove('BISECT_EXPECTED_REV');
      }
    }
  }

  #chooseTerms(mark: string): BisectTerms {
    const known = this.#files.terms;
    if (known !== undefined) {
      if (mark !== known.bad && mark !== known.good && mark !== 'skip') failWith(`Invalid command: you're currently in a ${known.bad}/${known.good} bisect`);
      return known;
    }
    const terms = mark === 'new' || mark === 'old' ? { bad: 'new', good: 'old' } : { bad: 'bad', good: 'good' };
    if (mark !== 'skip') this.#files.write('BISECT_TERMS', `${terms.bad}\n${terms.good}\n`);
    return terms;
  }

  async #skip(args: readonly string[]): Promise<number> {
    const { session } = this.#files;
    this.#needStart();
    const ids: ObjectId[] = [];
    for (const text of args) {
      if (text.includes('..')) for (const { id } of session.repository.revList({ revisions: [text] })) ids.push(id);
      else ids.push(findObject(session, text, 'committish', true) ?? failWith(`Bad rev input: ${text}`));
    }
    if (args.length === 0) ids.push(findObject(session, this.#files.hasOwnHead ? 'BISECT_HEAD' : 'HEAD', 'committish', true) ?? failWith('Bad rev input: HEAD'));
    const terms = this.#chooseTerms('skip');
    await this.markAll('skip', ids.map((id) => peelToCommit(session.context.snapshot, id)), terms);
    return this.#goOn(terms);
  }

  async #reset([commit, ...more]: readonly string[]): Promise<number> {
    const { session } = this.#files;
    if (more.length > 0) failWith("'git bisect reset' requires either no argument or a commit");
    let target = this.#files.text('BISECT_START') ?? '';
    if (commit === undefined) {
      if (target === '') {
        session.io.stdout.write('We are not bisecting.\n');
        return 0;
      }
    } else {
      if (findObject(session, `${commit}^{commit}`, undefined, true) === undefined) failWith(`'${commit}' is not a valid commit`);
      target = commit;
    }
    if (!this.#files.hasOwnHead && await this.#context.run(['checkout', target, '--']) !== 0) {
      failWith(`could not check out original HEAD '${target}'. Try 'git bisect reset <commit>'.`);
    }
    await this.#files.clear();
    return 0;
  }

  async #showLog(): Promise<number> {
    const text = this.#files.text('BISECT_LOG');
    if (text === undefined || text === '') failWith('We are not bisecting.');
    writeText(this.#context.io.stdout, `${text}\n`);
    return 0;
  }

  async #showTerms([option, ...more]: readonly string[]): Promise<number> {
    const { io } = this.#context;
    const { terms } = this.#files;
    if (terms === undefined) failWith('no terms defined');
    if (more.length > 0) failWith("'git bisect terms' requires 0 or 1 argument");
    if (option === undefined) writeText(io.stdout, `Your current terms are ${terms.good} for the old state\nand ${terms.bad} for the new state.\n`);
    else if (option === '--term-good' || option === '--term-old') writeText(io.stdout, `${terms.good}\n`);
    else if (option === '--term-bad' || option === '--term-new') writeText(io.stdout, `${terms.bad}\n`);
    else failWith(`invalid argument ${option} for 'git bisect terms'.\nSupported options are: --term-good|--term-old and --term-bad|--term-new.`);
    return 0;
  }

  async #replay([path, ...more]: readonly string[]): Promise<number> {
    const { session } = this.#files;
    if (path === undefined || more.length > 0) failWith('no logfile given');
    const bytes = session.io.files.readFile(session.path(path));
    if (bytes === undefined || bytes.length === 0) failWith(`cannot read file '${path}' for replaying`);
    await this.#reset([]);
    for (const line of losslessTextFromBytes(bytes).split(/\r?\n/)) {
      const match = /^[ \t]*git[ -]bisect[ \t]+(\S+)[ \t]*(.*)$/.exec(line);
      if (match === null) continue;
      const [, verb = '', rest = ''] = match;
      const words = unquoteWords(rest);
      if (verb === 'start') {
        const code = await this.#start(words);
        if (code !== 0) return code;
      } else if (verb === 'terms') {
        await this.#showTerms(words);
      } else {
        const terms = this.#chooseTerms(verb);
        if (verb !== terms.bad && verb !== terms.good && verb !== 'skip') failWith('?? what are you talking about?');
        await this.markAll(verb, words.map((text) => findObject(session, text, 'committish', true) ?? failWith(`Bad rev input: ${text}`)), terms);
      }
    }
    return this.#goOn();
  }

  async #visualize(args: readonly string[]): Promise<number> {
    this.#needStart();
    const state = this.#files.read();
    if (state.bad === undefined || state.good.length === 0) return this.#next();
    const rest = args[0]?.startsWith('-') === false ? args : ['log', ...args];
    return this.#context.run([...rest, state.bad, ...state.good.map((id) => `^${id}`), ...(state.paths.length > 0 ? ['--', ...state.paths] : [])]);
  }
}

/** How a verb ends where a step was taken. */
export function codeOf(end: StepEnd): number {
  return end === 'only-skipped' ? 2 : 0;
}

interface StartOptions {
  readonly words: readonly { readonly text: string; readonly at: number }[];
  readonly terms: BisectTerms;
  readonly writesTerms: boolean;
  readonly keepsFiles: boolean;
  readonly firstParent: boolean;
}

function readStart(isBare: boolean, args: readonly string[]): StartOptions {
  const words: { text: string; at: number }[] = [];
  const terms = { bad: 'bad', good: 'good' };
  let [writesTerms, keepsFiles, firstParent] = [false, isBare, false];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    const term = /^--term-(bad|new|good|old)(?:=(.*))?$/s.exec(arg);
    if (arg === '--') {
      words.push(...args.slice(at + 1).map((text, index) => ({ text, at: at + 1 + index })));
      break;
    }
    if (term !== null) {
      const text = term[2] ?? args[++at] ?? failWith(`'' is not a valid term`);
      if (term[1] === 'bad' || term[1] === 'new') terms.bad = text;
      else terms.good = text;
      writesTerms = true;
    } else if (arg === '--no-checkout') keepsFiles = true;
    else if (arg === '--first-parent') firstParent = true;
    else if (arg.startsWith('-')) failWith(`unrecognized option: '${arg}'`);
    else words.push({ text: arg, at });
  }
  if (writesTerms) checkTerms(terms);
  return { words, terms, writesTerms, keepsFiles, firstParent };
}

function checkTerms(terms: BisectTerms): void {
  if (terms.bad === terms.good) failWith('please use two different terms');
  for (const [term, opposite] of [[terms.bad, ['good', 'old']], [terms.good, ['bad', 'new']]] as const) {
    if (!checkRefFormat(`refs/bisect/${term}`).valid) failWith(`'${term}' is not a valid term`);
    if (COMMANDS.includes(term)) failWith(`can't use the builtin command '${term}' as a term`);
    if (opposite.some((word) => word === term)) failWith(`can't change the meaning of the term '${term}'`);
  }
}
