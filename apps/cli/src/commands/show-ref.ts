import type { ObjectId } from '@govc/core';
import { checkRefFormat, findRefId, findRefName, peelTag } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { abbreviationOf, shortId } from '../print/abbreviation.js';
import { die, endWith } from '../failure.js';
import { flag, optionalValue } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { readAll, writeText } from '../print/output.js';
import type { Session } from '../session/session.js';

const USAGE = [
  'git show-ref [-q | --quiet] [--verify] [--head] [-d | --dereference]\n' +
  '             [-s | --hash[=<n>]] [--abbrev[=<n>]] [--tags]\n             [--heads] [--] [<pattern>...]',
  'git show-ref --exclude-existing[=<pattern>]',
];

interface ShowOptions {
  tags: boolean;
  heads: boolean;
  verify: boolean;
  head: boolean;
  peels: boolean;
  hashOnly: boolean;
  abbreviation: number | undefined;
  isQuiet: boolean;
  existing: string | true | undefined;
}

/** `git show-ref`. */
export const showRefCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: ShowOptions = {
    tags: false, heads: false, verify: false, head: false, peels: false, hashOnly: false, abbreviation: undefined, isQuiet: false, existing: undefined,
  };
  const digits = { text: undefined as string | undefined, isGiven: false };
  const options = [
    flag('tags', 'only show tags (can be combined with heads)', (isOn) => { seen.tags = isOn; }),
    flag('heads', 'only show heads (can be combined with tags)', (isOn) => { seen.heads = isOn; }),
    flag('verify', 'stricter reference checking, requires exact ref path', (isOn) => { seen.verify = isOn; }),
    { ...flag('h', 'show the HEAD reference', (isOn) => { seen.head = isOn; }), isHidden: true },
    flag('head', 'show the HEAD reference, even if it would be filtered out', (isOn) => { seen.head = isOn; }),
    flag('d|dereference', 'dereference tags into object IDs', (isOn) => { seen.peels = isOn; }),
    optionalValue('s|hash', 'n', 'only show SHA1 hash using <n> digits', (text, isSet) => {
      seen.hashOnly = isSet;
      if (text !== undefined) Object.assign(digits, { text, isGiven: true });
    }),
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { Object.assign(digits, { text, isGiven: isSet }); }),
    flag('q|quiet', 'do not print results to stdout (useful with --verify)', (isOn) => { seen.isQuiet = isOn; }),
    optionalValue('exclude-existing', 'pattern', 'show refs from stdin that aren\'t in local repository', (text, isSet) => { seen.existing = isSet ? text ?? true : undefined; }, { canNegate: false }),
  ];
  const patterns = parseOptions(args, { io, usage: USAGE, options });
  const session = await context.session();
  if (seen.existing !== undefined) return excludeExisting(session, seen.existing === true ? undefined : seen.existing);
  if (digits.isGiven) seen.abbreviation = digits.text === undefined ? abbreviationOf(session) : Math.max(4, Number.parseInt(digits.text, 10) || 0);
  return seen.verify ? verifyRefs(session, patterns, seen) : listRefs(session, patterns, seen);
};

function verifyRefs(session: Session, names: readonly string[], seen: ShowOptions): number {
  const { refs } = session.context.snapshot;
  if (names.length === 0) die('--verify requires a reference');
  for (const name of names) {
    const ref = name.startsWith('refs/') || name === 'HEAD' ? findRefName(name) : undefined;
    const id = ref === undefined ? undefined : findRefId(refs, ref);
    if (id !== undefined) showOne(session, { name, id }, seen);
    else if (seen.isQuiet) endWith(1);
    else die(`'${name}' - not a valid ref`);
  }
  return 0;
}

function listRefs(session: Session, patterns: readonly string[], seen: ShowOptions): number {
  const { refs } = session.context.snapshot;
  let count = 0;
  const show = (name: string): void => {
    const id = findRefId(refs, findRefName(name)!);
    if (id === undefined) return;
    const isHead = seen.head && name === 'HEAD';
    const fits = isHead || patterns.length === 0 || patterns.some((pattern) => name === pattern || name.endsWith(`/${pattern}`));
    if (!fits) return;
    count++;
    showOne(session, { name, id }, seen);
  };
  if (seen.head) show('HEAD');
  const prefixes = seen.heads || seen.tags ? [...(seen.heads ? ['refs/heads/'] : []), ...(seen.tags ? ['refs/tags/'] : [])] : ['refs/'];
  for (const prefix of prefixes) for (const [name] of refs.entries(prefix)) show(name);
  if (count > 0) return 0;
  if (seen.verify && !seen.isQuiet) die('No match');
  return 1;
}

function showOne(session: Session, { name, id }: { readonly name: string; readonly id: ObjectId }, seen: ShowOptions): void {
  const { snapshot } = session.context;
  if (!snapshot.objects.has(id)) die(`git show-ref: bad ref ${name} (${id})`);
  if (seen.isQuiet) return;
  const shown = (each: ObjectId): string => (seen.abbreviation === undefined ? each : shortId(session, each, seen.abbreviation));
  writeText(session.io.stdout, seen.hashOnly ? `${shown(id)}\n` : `${shown(id)} ${name}\n`);
  if (!seen.peels) return;
  const peeled = peelTag(snapshot, id);
  if (peeled !== id) writeText(session.io.stdout, seen.hashOnly ? `${shown(peeled)}\n` : `${shown(peeled)} ${name}^{}\n`);
}

async function excludeExisting(session: Session, pattern: string | undefined): Promise<number> {
  const { io } = session;
  const { refs } = session.context.snapshot;
  for (const line of Buffer.from(await readAll(io.stdin)).toString('utf8').split('\n')) {
    if (line === '') continue;
    const name = line.replace(/\^\{\}$/, '').replace(/^.*\s/, '');
    if (pattern !== undefined && !name.startsWith(pattern)) continue;
    if (!checkRefFormat(name).valid) {
      io.stderr.write(`warning: ref '${name}' ignored\n`);
      continue;
    }
    const ref = findRefName(name);
    if (ref === undefined || !refs.has(ref)) writeText(io.stdout, `${line}\n`);
  }
  return 0;
}
