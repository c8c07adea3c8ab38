import { bytesFromLosslessText, interpretTrailers, losslessTextFromBytes, trailerRules, type InterpretTrailersOptions, type NewTrailer, type TrailerCommand } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die, failWith, Failure } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageText } from '../options/usage.js';
import { readAll } from '../print/output.js';
import { absolutePath } from '../session/files-host.js';

const USAGE = [
  'git interpret-trailers [--in-place] [--trim-empty]\n                       [(--trailer <token>[(=|:)<value>])...]\n                       [--parse] [<file>...]',
];

interface TrailersAsked {
  inPlace: boolean;
  trimsEmpty: boolean;
  onlyTrailers: boolean;
  onlyInput: boolean;
  unfolds: boolean;
  hasDivider: boolean;
  readonly added: NewTrailer[];
}

type Manner = { -readonly [Key in 'where' | 'ifExists' | 'ifMissing']?: NewTrailer[Key] };

/** `git interpret-trailers`. */
export const interpretTrailersCommand: Command = async (args, context) => {
  const { io } = context;
  const asked: TrailersAsked = { inPlace: false, trimsEmpty: false, onlyTrailers: false, onlyInput: false, unfolds: false, hasDivider: true, added: [] };
  const manner: Manner = {};
  const choice = (names: string, help: string, key: keyof Manner, words: readonly string[]): ReturnType<typeof value> => value(names, 'action', help, (text) => {
    const word = text === undefined ? undefined : words.find((known) => known.toLowerCase() === text.toLowerCase());
    if (text !== undefined && word === undefined) throw new Failure('', 129);
    (manner as Record<string, string | undefined>)[key] = word;
  });
  const options = [
    flag('in-place', 'edit files in place', (isOn) => { asked.inPlace = isOn; }),
    flag('trim-empty', 'trim empty trailers', (isOn) => { asked.trimsEmpty = isOn; }),
    choice('where', 'where to place the new trailer', 'where', ['after', 'before', 'end', 'start']),
    choice('if-exists', 'action if trailer already exists', 'ifExists', ['add', 'replace', 'doNothing', 'addIfDifferent', 'addIfDifferentNeighbor']),
    choice('if-missing', 'action if trailer is missing', 'ifMissing', ['add', 'doNothing']),
    flag('only-trailers', 'output only the trailers', (isOn) => { asked.onlyTrailers = isOn; }),
    flag('only-input', 'do not apply config rules', (isOn) => { asked.onlyInput = isOn; }),
    flag('unfold', 'join whitespace-continued values', (isOn) => { asked.unfolds = isOn; }),
    flag('parse', 'set parsing options', () => {
      asked.onlyTrailers = true;
      asked.onlyInput = true;
      asked.unfolds = true;
    }, { canNegate: false }),
    flag('no-divider', 'do not treat --- specially', (isOn) => { asked.hasDivider = !isOn; }),
    value('trailer', 'trailer', 'trailer(s) to add', (text) => {
      if (text === undefined) asked.added.length = 0;
      else if (text === '') failWith("option `trailer' requires a value", 129);
      else asked.added.push({ text, ...manner });
    }),
  ];
  const files = parseOptions(args, { io, usage: USAGE, options });
  if (asked.onlyInput && asked.added.length > 0) throw new Failure(`error: --trailer with --only-input does not make sense\n\n${usageText(USAGE, options)}`, 129);
  if (files.length === 0 && asked.inPlace) die('no input file given for in-place editing');
  for (const name of files.length === 0 ? [undefined] : files) await rewrite(context, asked, name);
  return 0;
};

async function rewrite(context: Context, asked: TrailersAsked, name: string | undefined): Promise<void> {
  const { io } = context;
  const path = name === undefined ? undefined : absolutePath(io.cwd, name);
  const bytes = path === undefined ? await readAll(io.stdin) : io.files.readFile(path);
  if (bytes === undefined) die(`could not read input file '${name!}': No such file or directory`);
  const config = await context.config();
  const rules = trailerRules(config);
  for (const { text } of asked.added) {
    const token = new RegExp(`^[^${rules.separators.replace(/[\]\\^-]/g, '\\$&')}=]*`).exec(text)?.[0] ?? '';
    if (token.trim() === '') io.stderr.write(`error: empty trailer token in trailer '${text}'\n`);
  }
  const output = await withCommands(context, losslessTextFromBytes(bytes), {
    rules, add: asked.added, trimEmpty: asked.trimsEmpty, onlyTrailers: asked.onlyTrailers, onlyInput: asked.onlyInput, unfold: asked.unfolds, hasDivider: asked.hasDivider,
  });
  const result = bytesFromLosslessText(output);
  if (asked.inPlace && path !== undefined) io.files.writeFile(path, result);
  else io.stdout.write(result);
}

/** Commands take their time, so they are asked for first and their answers given after. */
async function withCommands(context: Context, text: string, options: InterpretTrailersOptions): Promise<string> {
  const wanted: TrailerCommand[] = [];
  const first = interpretTrailers(text, {
    ...options,
    runCommand: (command) => {
      wanted.push(command);
      return '';
    },
  });
  if (wanted.length === 0) return first;
  const answers: (string | undefined)[] = [];
  for (const { command, argument } of wanted) answers.push(await runLine(context, command, argument));
  return interpretTrailers(text, { ...options, runCommand: () => answers.shift() });
}

async function runLine({ io }: Context, command: string, argument: string | undefined): Promise<string | undefined> {
  if (io.spawn === undefined) return undefined;
  const { exitCode, stdout } = await io.spawn.run(argument === undefined ? [command] : [command, argument], {
    cwd: io.cwd, env: io.env, stdin: new Uint8Array(0), output: 'captureStdout', isShell: true,
  });
  if (exitCode === 0) return losslessTextFromBytes(stdout);
  io.stderr.write(`error: running trailer command '${command}' failed\n`);
  return '';
}
