import type { ObjectId } from '@govc/core';
import { findThroughTags, losslessTextFromBytes } from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { shortId } from '../print/abbreviation.js';
import { readAll, writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import type { Session } from '../session/session.js';

const USAGE = ['git name-rev [<options>] <commit>...', 'git name-rev [<options>] --all', 'git name-rev [<options>] --annotate-stdin'];

/** `git name-rev`. */
export const nameRevCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = { nameOnly: false, tags: false, refs: [] as string[], exclude: [] as string[], all: false, stdin: false, undefinedOk: true, always: false };
  const list = (target: string[]) => (text: string | undefined): void => { if (text === undefined) target.length = 0; else target.push(text); };
  const options = [
    flag('name-only', 'print only ref-based names (no object names)', (isOn) => { seen.nameOnly = isOn; }),
    flag('tags', 'only use tags to name the commits', (isOn) => { seen.tags = isOn; }),
    value('refs', 'pattern', 'only use refs matching <pattern>', list(seen.refs)),
    value('exclude', 'pattern', 'ignore refs matching <pattern>', list(seen.exclude)),
    flag('all', 'list all commits reachable from all refs', (isOn) => { seen.all = isOn; }),
    { ...flag('stdin', 'deprecated: use --annotate-stdin instead', (isOn) => { seen.stdin = isOn; }), isHidden: true },
    flag('annotate-stdin', 'annotate text from stdin', (isOn) => { seen.stdin = isOn; }),
    flag('undefined', 'allow to print `undefined` names (default)', (isOn) => { seen.undefinedOk = isOn; }),
    flag('always', 'show abbreviated commit object as fallback', (isOn) => { seen.always = isOn; }),
  ];
  const names = parseOptions(args, { io, usage: USAGE, options });
  if ((seen.all ? 1 : 0) + (seen.stdin ? 1 : 0) + (names.length > 0 ? 1 : 0) > 1) usageError(usageText(USAGE, options), 'Specify either a list, or --all, not both!');
  const session = await context.session();
  const query = { tags: seen.tags, nameOnly: seen.nameOnly, refs: seen.refs.length === 0 ? undefined : seen.refs, exclude: seen.exclude.length === 0 ? undefined : seen.exclude, all: seen.all || seen.stdin };
  if (seen.stdin) {
    const text = losslessTextFromBytes(await readAll(io.stdin));
    const ids = [...new Set(text.match(/(?<![0-9a-f])[0-9a-f]{40,64}(?![0-9a-f])/g) ?? [])].filter((id) => findObject(session, id) !== undefined);
    const known = ids.length === 0 ? [] : session.repository.nameRev(ids, query);
    const byId = new Map(ids.map((id, index) => [id, known[index]]));
    writeText(io.stdout, text.replace(/(?<![0-9a-f])[0-9a-f]{40,64}(?![0-9a-f])/g, (id) => {
      const name = byId.get(id);
      return name === undefined ? id : seen.nameOnly ? name : `${id} (${name})`;
    }));
    return 0;
  }
  const revisions = seen.all ? [...session.repository.revList({ revisions: ['--all'] })].map(({ id }) => id as string) : names;
  const shown: { readonly name: string; readonly id: string }[] = [];
  for (const name of revisions) {
    const id = findObject(session, name);
    if (id === undefined) {
      io.stderr.write(`Could not get sha1 for ${name}. Skipping.\n`);
      continue;
    }
    const object = findThroughTags(session.context.snapshot, id);
    if (object === undefined) io.stderr.write(`Could not get object for ${name}. Skipping.\n`);
    else shown.push({ name, id });
  }
  const found = session.repository.nameRev(shown.map(({ id }) => id), query);
  shown.forEach(({ name, id }, index) => {
    const exact = session.context.snapshot.objects.findHeader(id as ObjectId)?.type === 'commit' ? undefined : exactName(session, id);
    const label = exact ?? found[index] ?? (seen.undefinedOk && !seen.always ? 'undefined' : seen.always ? shortId(session, id as ObjectId) : die(`cannot describe '${id}'`));
    writeText(io.stdout, seen.nameOnly ? `${label}\n` : `${seen.all ? id : name} ${label}\n`);
  });
  return 0;
};

/** What is no commit has a name only where a ref names it itself. */
function exactName(session: Session, id: string): string | undefined {
  for (const [name, value] of session.context.snapshot.refs.entries('refs/')) {
    if (value.kind === 'direct' && value.id === id) return name.replace(/^refs\/(?:heads\/)?/, '');
  }
  return undefined;
}
