/** `git bisect run`: a program tells what each commit is. */
import type { Context } from '../context.js';
import { Failure, failWith } from '../failure.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { openSession } from '../session/session.js';
import { subjectOf } from '../worktree/head.js';
import { BisectFiles, quoteWords } from './bisect-files.js';
import { takeStep, tellStatus, type StepEnd } from './bisect-step.js';

/** Tests one commit after the other with a program until the first bad one is found. */
export async function runBisection(context: Context, given: BisectFiles, args: readonly string[]): Promise<number> {
  const { io } = context;
  const first = given.read();
  if (first.bad === undefined || first.good.length === 0) {
    failWith(`You need to give me at least one {bad|new} and one {good|old} revision.\nYou can use "git bisect {bad|new}" and "git bisect {good|old}" for that.`);
  }
  if (args.length === 0) failWith('bisect run failed: no command provided.');
  if (io.spawn === undefined) failWith('bisect run failed: no program can be run here');
  const command = quoteWords(args).slice(1);
  for (;;) {
    writeText(io.stdout, `running ${quoteWords(args)}\n`);
    const { exitCode } = await io.spawn.run([command], { cwd: io.cwd, env: io.env, stdin: 'inherit', output: 'inherit', isShell: true });
    if (exitCode < 0 || exitCode >= 128) failWith(`bisect run failed: exit code ${exitCode} from ${quoteWords(args)} is < 0 or >= 128`, 255);
    if (exitCode === 126 || exitCode === 127) failWith(`bogus exit code ${exitCode} for ${first.terms.good} revision`, 255);
    const { terms } = first;
    const mark = exitCode === 125 ? 'skip' : exitCode === 0 ? terms.good : terms.bad;
    const end = await markAndGoOn(context, mark);
    given.write('BISECT_RUN', '');
    if (end === 'found') {
      io.stdout.write('bisect found first bad commit');
      return 0;
    }
    if (end === 'only-skipped') failWith('bisect run cannot continue any more', 2);
  }
}

async function markAndGoOn(context: Context, mark: string): Promise<StepEnd> {
  // The commit that was tested is that of HEAD now, which moved since the command began.
  const session = await openSession(context.io) ?? failWith('not a git repository');
  try {
    const files = new BisectFiles(session);
    const { terms } = files.read();
    const id = findObject(session, files.hasOwnHead ? 'BISECT_HEAD' : 'HEAD', 'committish', true) ?? failWith('Bad rev input: HEAD');
    await files.mark(mark, id, terms);
    files.log([`# ${mark}: [${id}] ${subjectOf(session, id)}`, `git bisect ${mark} ${id}`]);
    const expected = files.text('BISECT_EXPECTED_REV');
    if (expected !== undefined && expected !== id) {
      session.gitFiles.remove('BISECT_ANCESTORS_OK');
      session.gitFiles.remove('BISECT_EXPECTED_REV');
    }
    const state = files.read();
    return tellStatus(files, state) ? await takeStep(context, files, state) : 'waiting';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${error.text}error: bisect run failed: 'git bisect--helper --bisect-state ${mark}' exited with error code ${-error.exitCode}\n`, error.exitCode);
  } finally {
    await context.io.files.release(session.repository);
  }
}
