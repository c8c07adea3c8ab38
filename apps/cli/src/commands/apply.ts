import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { failWith, Failure } from '../failure.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll } from '../print/output.js';
import { applyOptions, makeApplyAsked, type ApplyAsked } from '../patch/apply-options.js';
import { ApplyRun, type PatchInput } from '../patch/apply-run.js';
import { absolutePath } from '../session/files-host.js';
import { openIndex } from '../worktree/open-worktree.js';
import { systemSentence } from '../worktree/system-errors.js';

/** `git apply`. */
export const applyCommand: Command = async (args, context) => {
  const { io } = context;
  const session = await context.findSession();
  const asked = makeApplyAsked(await context.config());
  const rest = parseOptions(args, { io, usage: ['git apply [<options>] [<patch>...]'], options: applyOptions(asked) });
  check(asked, session !== undefined);
  const tree = session === undefined ? undefined : openIndex(session);
  const place = { tree, files: session?.worktree ?? io.files.at(io.cwd), usesIndex: asked.usesIndex || asked.isCached || asked.threeWay, isCached: asked.isCached };
  try {
    return await new ApplyRun({ io, place, prefix: session?.prefix ?? '', asked }).run(readInputs(context, rest));
  } finally {
    tree?.unlock();
  }
};

function check(asked: ApplyAsked, hasRepository: boolean): void {
  if (asked.rejects && asked.threeWay) failWith("options '--reject' and '--3way' cannot be used together", 128);
  if (!hasRepository) {
    for (const [name, isGiven] of [['--3way', asked.threeWay], ['--index', asked.usesIndex], ['--cached', asked.isCached]] as const) {
      if (isGiven) failWith(`'${name}' outside a repository`, 128);
    }
  }
  if (asked.rejects) {
    asked.applies = true;
    if (asked.verbosity === 0) asked.verbosity = 1;
  }
  if (asked.usesIndex || asked.isCached || asked.threeWay || !hasRepository) asked.intendsToAdd = false;
}

async function* readInputs({ io }: Context, names: readonly string[]): AsyncGenerator<PatchInput> {
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      yield { name: '<stdin>', bytes: await readAll(io.stdin) };
      continue;
    }
    yield { name, bytes: readPatch(io, name) };
  }
}

function readPatch(io: Context['io'], name: string): Uint8Array {
  try {
    const bytes = io.files.readFile(absolutePath(io.cwd, name));
    if (bytes !== undefined) return bytes;
  } catch (error) {
    throw new Failure(`error: can't open patch '${name}': ${systemSentence(error)}\n`, 128);
  }
  throw new Failure(`error: can't open patch '${name}': No such file or directory\n`, 128);
}
