import type { ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, checkRefFormat, cleanMessage, findRefId, findRefName, losslessTextFromBytes, makeTag, parseTag, readPrettyCommit, showDate, TAG_PREFIX,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { Context } from '../context.js';
import { die } from '../failure.js';
import { flag, group, modeFlag, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { columnText, readColumnMode } from '../print/columns.js';
import { readAll, writeText } from '../print/output.js';
import { RefFormat } from '../print/ref-format.js';
import { editFile } from '../session/programs.js';
import { changeRefs } from '../session/ref-edits.js';
import { listRefs, makeRefSelection, selectionOptions } from '../session/ref-list.js';
import { findObject } from '../session/revisions.js';
import { matchesRefPattern } from '../session/select-refs.js';
import type { Session } from '../session/session.js';
import { tagBytes } from '../session/signing.js';

const USAGE = [
  'git tag [-a | -s | -u <key-id>] [-f] [-m <msg> | -F <file>] [-e]\n        <tagname> [<commit> | <object>]',
  'git tag -d <tagname>...',
  'git tag [-n[<num>]] -l [--contains <commit>] [--no-contains <commit>]\n        [--points-at <object>] [--column[=<options>] | --no-column]\n' +
  '        [--create-reflog] [--sort=<key>] [--format=<format>]\n        [--merged <commit>] [--no-merged <commit>] [<pattern>...]',
  'git tag -v [--format=<format>] <tagname>...',
];

interface TagSettings {
  mode: 'list' | 'delete' | 'verify' | undefined;
  lines: number | undefined;
  annotates: boolean;
  messages: string[];
  file: string | undefined;
  edits: boolean;
  signs: boolean;
  key: string | undefined;
  cleanup: string | undefined;
  forces: boolean;
  createsReflog: boolean;
  format: string | undefined;
  color: string | undefined;
  column: string | undefined;
}

/** `git tag`. */
export const tagCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: TagSettings = {
    mode: undefined, lines: undefined, annotates: false, messages: [], file: undefined, edits: false, signs: false, key: undefined, cleanup: undefined, forces: false,
    createsReflog: false, format: undefined, color: undefined, column: undefined,
  };
  const selection = makeRefSelection();
  const mode = (names: string, help: string, name: NonNullable<TagSettings['mode']>): ReturnType<typeof modeFlag> => modeFlag(names, help, 'mode', () => { seen.mode = name; });
  const options = [
    mode('l|list', 'list tag names', 'list'),
    optionalValue('n', 'n', 'print <n> lines of each tag message', (text) => {
      if (text !== undefined && !/^\d+$/.test(text)) return 'expects a numerical value';
      seen.lines = text === undefined ? 1 : Number(text);
      return undefined;
    }),
    mode('d|delete', 'delete tags', 'delete'), mode('v|verify', 'verify tags', 'verify'),
    group('Tag creation options'),
    flag('a|annotate', 'annotated tag, needs a message', (isOn) => { seen.annotates = isOn; }),
    value('m|message', 'message', 'tag message', (text) => { if (text === undefined) seen.messages = []; else seen.messages.push(text); }),
    value('F|file', 'file', 'read message from file', (text) => { seen.file = text; }),
    flag('e|edit', 'force edit of tag message', (isOn) => { seen.edits = isOn; }),
    flag('s|sign', 'annotated and GPG-signed tag', (isOn) => { seen.signs = isOn; }),
    value('cleanup', 'mode', 'how to strip spaces and #comments from message', (text) => { seen.cleanup = text; }),
    value('u|local-user', 'key-id', 'use another key to sign the tag', (text) => { seen.key = text; }),
    flag('f|force', 'replace the tag if exists', (isOn) => { seen.forces = isOn; }),
    flag('create-reflog', 'create a reflog', (isOn) => { seen.createsReflog = isOn; }),
    group('Tag listing options'),
    optionalValue('column', 'style', 'show tag list in columns', (text, isSet) => { seen.column = isSet ? text ?? 'always' : 'never'; }),
    ...selectionOptions(selection),
    value('format', 'format', 'format to use for the output', (text) => { seen.format = text; }),
    optionalValue('color', 'when', 'respect format colors', (text, isSet) => { seen.color = isSet ? text ?? 'always' : 'never'; }),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  const session = await context.session();
  const lists = selection.contains.length + selection.excludes.length + selection.merged.length + selection.pointsAt.length > 0 || seen.lines !== undefined;
  const creates = seen.annotates || seen.messages.length > 0 || seen.file !== undefined || seen.edits || seen.cleanup !== undefined;
  if (seen.mode === undefined && (names.length === 0 || lists)) seen.mode = 'list';
  if (creates && seen.mode !== undefined) usageError(usageText(USAGE, options));
  if (seen.mode !== 'list') {
    const only: readonly (readonly [boolean, string])[] = [
      [seen.lines !== undefined, '-n'], [selection.contains.length > 0, '--contains'], [selection.excludes.length > 0, '--no-contains'],
      [selection.pointsAt.length > 0, '--points-at'], [selection.merged.length > 0, '--merged'],
    ];
    for (const [isGiven, name] of only) if (isGiven) die(`the '${name}' option is only allowed in list mode`);
  }
  switch (seen.mode) {
    case 'list': return listTags(session, names, { seen, selection });
    case 'delete': return deleteTags(session, names);
    case 'verify': return verifyTags(session, names);
    case undefined: return createTag(context, session, names, seen);
  }
};

function listTags(session: Session, patterns: readonly string[], { seen, selection }: { readonly seen: TagSettings; readonly selection: ReturnType<typeof makeRefSelection> }): number {
  const { io, config } = session;
  const sorts = config.getAll('tag.sort');
  if (selection.sorts.length === 0) selection.sorts.push(...sorts);
  const fold = (text: string): string => (selection.ignoreCase ? text.toLowerCase() : text);
  const refs = listRefs(session, {
    prefixes: [TAG_PREFIX], selection, defaultSort: 'refname',
    fits: (name) => patterns.length === 0 || patterns.some((pattern) => matchesRefPattern(fold(pattern), fold(name.slice(TAG_PREFIX.length)))),
  });
  const text = seen.format ?? (seen.lines === undefined ? '%(refname:strip=2)' : `%(align:15)%(refname:strip=2)%(end) %(contents:lines=${seen.lines})`);
  const isColored = seen.color === 'always' || (seen.color !== 'never' && io.isTerminal?.(1) === true);
  const format = new RefFormat(session, text, { colors: isColored });
  const columns = readColumnMode(session, seen.column, 'column.tag');
  const lines = refs.map((ref) => format.format(ref));
  if (columns !== undefined && seen.lines !== undefined) die("options '--column' and '-n' cannot be used together");
  writeText(io.stdout, columns === undefined ? lines.map((line) => `${line}\n`).join('') : columnText(lines, { ...columns, padding: 2 }));
  return 0;
}

async function deleteTags(session: Session, names: readonly string[]): Promise<number> {
  const { io } = session;
  let isBroken = false;
  for (const name of names) {
    const ref = findRefName(TAG_PREFIX + name);
    const id = ref === undefined ? undefined : findRefId(session.repository.snapshot.refs, ref);
    if (ref === undefined || id === undefined) {
      io.stderr.write(`error: tag '${name}' not found.\n`);
      isBroken = true;
      continue;
    }
    await changeRefs(session, [{ name: ref, id: undefined, expected: id, isDirect: true }], { origin: 'tag' });
    writeText(io.stdout, `Deleted tag '${name}' (was ${shortId(session, id)})\n`);
  }
  return isBroken ? 1 : 0;
}

function verifyTags(session: Session, names: readonly string[]): number {
  const { io } = session;
  let isBroken = false;
  for (const name of names) {
    const ref = findRefName(TAG_PREFIX + name);
    const id = ref === undefined ? undefined : findRefId(session.repository.snapshot.refs, ref);
    isBroken = true;
    if (id === undefined) io.stderr.write(`error: tag '${name}' not found.\n`);
    else if (session.context.snapshot.objects.findHeader(id)?.type !== 'tag') io.stderr.write(`error: ${name}: cannot verify a non-tag object of type ${session.context.snapshot.objects.findHeader(id)?.type ?? 'missing'}.\n`);
    else if (/^-----BEGIN /m.test(losslessTextFromBytes(session.context.snapshot.objects.find(id)!.body))) {
      io.stderr.write(`error: ${name}: signatures are not verified by this command yet; the library verifies them\n`);
    } else io.stderr.write('error: no signature found\n');
  }
  return isBroken ? 1 : 0;
}

async function createTag(context: Context, session: Session, names: readonly string[], seen: TagSettings): Promise<number> {
  const { io } = context;
  if (names.length > 2) die('too many arguments');
  if (seen.messages.length > 0 && seen.file !== undefined) die('options \'-F\' and \'-m\' cannot be used together');
  const [name = '', revision = 'HEAD'] = names;
  const id = findObject(session, revision) ?? die(`Failed to resolve '${revision}' as a valid ref.`);
  if (name.startsWith('-') || name === 'HEAD' || !checkRefFormat(TAG_PREFIX + name).valid) die(`'${name}' is not a valid tag name.`);
  const ref = findRefName(TAG_PREFIX + name)!;
  const before = findRefId(session.repository.snapshot.refs, ref);
  if (before !== undefined && !seen.forces) die(`tag '${name}' already exists`);
  const annotates = seen.annotates || seen.messages.length > 0 || seen.file !== undefined || seen.signs || seen.key !== undefined || seen.edits;
  const target = annotates ? await writeTag(context, session, { name, id, seen, before }) : id;
  await changeRefs(session, [{ name: ref, id: target, expected: undefined }], {
    origin: 'tag', createsReflog: seen.createsReflog, message: reflogMessage(session, id),
  });
  if (before !== undefined && before !== target) writeText(io.stdout, `Updated tag '${name}' (was ${shortId(session, before)})\n`);
  return 0;
}

/** What the log of a tag says: which object it names, and what that is. */
function reflogMessage(session: Session, id: ObjectId): string {
  const object = session.context.snapshot.objects.find(id);
  const what: Readonly<Record<string, string>> = { tree: 'tree object', blob: 'blob object', tag: 'other tag object' };
  const commit = object?.type === 'commit' ? readPrettyCommit({ objects: session.context.snapshot.objects }, id, session.algorithm) : undefined;
  const date = commit?.committer?.date;
  const text = commit === undefined ? what[object?.type ?? ''] ?? 'object of unknown type'
    : `${commit.subject}, ${date === undefined ? '' : showDate(date, { style: 'short', isLocal: false, format: undefined }, { nowSeconds: 0 })}`;
  return `tag: tagging ${shortId(session, id)} (${text})`;
}

interface NewTagRequest {
  readonly name: string;
  readonly id: ObjectId;
  readonly seen: TagSettings;
  readonly before: ObjectId | undefined;
}

async function writeTag(context: Context, session: Session, { name, id, seen, before }: NewTagRequest): Promise<ObjectId> {
  const { io } = context;
  const type = session.context.snapshot.objects.findHeader(id)?.type ?? die('bad object type.');
  const tagger = session.identity('committer');
  let text = seen.messages.map((message) => (message.endsWith('\n') ? message : `${message}\n`)).join('\n');
  const isGiven = seen.messages.length > 0 || seen.file !== undefined;
  if (seen.file !== undefined) text = losslessTextFromBytes(seen.file === '-' ? await readAll(io.stdin) : readMessageFile(session, seen.file));
  const mode = seen.cleanup ?? 'strip';
  if (!['verbatim', 'whitespace', 'strip'].includes(mode)) die(`Invalid cleanup mode ${mode}`);
  if (!isGiven || seen.edits) text = await editMessage(context, session, { name, text: isGiven ? text : previousMessage(session, before), mode });
  if (mode !== 'verbatim') text = cleanMessage(text, mode === 'strip' ? 'strip' : 'whitespace');
  if (!isGiven && text === '') die('no tag message?');
  const tag = makeTag({ target: { id, type: type }, name, tagger, message: bytesFromLosslessText(text) });
  return session.repository.writeObject('tag', tagBytes(session, tag, seen.key ?? (seen.signs ? true : undefined)));
}

function readMessageFile(session: Session, file: string): Uint8Array {
  return session.io.files.readFile(session.path(file)) ?? die(`could not open or read '${file}': No such file or directory`);
}

function previousMessage(session: Session, before: ObjectId | undefined): string {
  const object = before === undefined ? undefined : session.context.snapshot.objects.find(before);
  return object?.type === 'tag' ? losslessTextFromBytes(parseTag(object.body, session.algorithm).message) : '\n';
}

async function editMessage(context: Context, session: Session, { name, text, mode }: { readonly name: string; readonly text: string; readonly mode: string }): Promise<string> {
  const mark = session.config.get('core.commentchar') ?? '#';
  const hint = mode === 'strip'
    ? `\nWrite a message for tag:\n  ${name}\nLines starting with '${mark}' will be ignored.\n`
    : `\nWrite a message for tag:\n  ${name}\nLines starting with '${mark}' will be kept; you may remove them yourself if you want to.\n`;
  const comment = hint.split('\n').slice(0, -1).map((line) => `${mark}${line === '' ? '' : ' '}${line}\n`).join('');
  session.gitFiles.write('TAG_EDITMSG', bytesFromLosslessText(mode === 'verbatim' ? text : `${text}${comment}`));
  await editFile(context.io, session.config, `${session.gitDirectory}/TAG_EDITMSG`);
  const edited = losslessTextFromBytes(session.gitFiles.read('TAG_EDITMSG'));
  session.gitFiles.remove('TAG_EDITMSG');
  return edited;
}
