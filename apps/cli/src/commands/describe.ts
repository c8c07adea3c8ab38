import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { shortId } from '../print/abbreviation.js';
import { writeText } from '../print/output.js';
import { findObject } from '../session/revisions.js';
import { findThroughTags } from '@govc/core/plumbing';

const USAGE = [
  'git describe [--all] [--tags] [--contains] [--abbrev=<n>] [<commit-ish>...]', 'git describe [--all] [--tags] [--contains] [--abbrev=<n>] --dirty[=<mark>]',
  'git describe <blob>',
];

/** `git describe`. */
export const describeCommand: Command = async (args, context) => {
  const { io } = context;
  const seen = {
    contains: false, all: false, tags: false, long: false, firstParent: false, always: false, abbrev: undefined as number | undefined, candidates: undefined as number | undefined,
    match: [] as string[], exclude: [] as string[], dirty: undefined as string | undefined,
  };
  const options = [
    flag('contains', 'find the tag that comes after the commit', (isOn) => { seen.contains = isOn; }),
    flag('debug', 'debug search strategy on stderr', () => undefined),
    flag('all', 'use any ref', (isOn) => { seen.all = isOn; }),
    flag('tags', 'use any tag, even unannotated', (isOn) => { seen.tags = isOn; }),
    flag('long', 'always use long format', (isOn) => { seen.long = isOn; }),
    flag('first-parent', 'only follow first parent', (isOn) => { seen.firstParent = isOn; }),
    optionalValue('abbrev', 'n', 'use <n> digits to display object names', (text, isSet) => { seen.abbrev = !isSet ? 0 : text === undefined ? undefined : Number(text) === 0 ? 0 : Math.max(4, Number(text)); }),
    { ...flag('exact-match', 'only output exact matches', (isOn) => { seen.candidates = isOn ? 0 : undefined; }) },
    integer('candidates', 'n', 'consider <n> most recent tags (default: 10)', (number) => { seen.candidates = number; }),
    value('match', 'pattern', 'only consider tags matching <pattern>', (text) => { if (text === undefined) seen.match.length = 0; else seen.match.push(text); }),
    value('exclude', 'pattern', 'do not consider tags matching <pattern>', (text) => { if (text === undefined) seen.exclude.length = 0; else seen.exclude.push(text); }),
    flag('always', 'show abbreviated commit object as fallback', (isOn) => { seen.always = isOn; }),
    optionalValue('dirty', 'mark', 'append <mark> on dirty working tree (default: "-dirty")', (text, isSet) => { seen.dirty = isSet ? text ?? '-dirty' : undefined; }),
    optionalValue('broken', 'mark', 'append <mark> on broken working tree (default: "-broken")', (text, isSet) => { seen.dirty ??= isSet ? text ?? '-broken' : undefined; }),
  ];
  const revisions = parseOptions(args, { io, usage: USAGE, options });
  if (seen.long && seen.abbrev === 0) die("options '--long' and '--abbrev=0' cannot be used together");
  const session = await context.session();
  if (seen.dirty !== undefined && revisions.length > 0) die(`option '--dirty' and commit-ishes cannot be used together`);
  const shared = {
    all: seen.all, tags: seen.tags, firstParent: seen.firstParent, long: seen.long, always: seen.always, candidates: seen.candidates === undefined ? undefined : Math.max(0, seen.candidates),
    match: seen.match.length === 0 ? undefined : seen.match, exclude: seen.exclude.length === 0 ? undefined : seen.exclude, abbrev: seen.abbrev,
  };
  const { snapshot } = session.context;
  for (const revision of revisions.length === 0 ? ['HEAD'] : revisions) {
    const id = findObject(session, revision) ?? die(`Not a valid object name ${revision}`);
    const type = findThroughTags(snapshot, id)?.type;
    if (type !== 'commit' && type !== 'blob') die(`${revision} is neither a commit nor blob`);
    try {
      const described = session.repository.describe(id, { ...shared, contains: seen.contains });
      writeText(io.stdout, `${described.text}${seen.dirty === undefined ? '' : await dirtyMark(context, seen.dirty)}\n`);
    } catch (error) {
      const { code, data } = error as { code?: string; data?: { reason?: string } };
      if (code !== 'name-missing') throw error;
      if (seen.contains) {
        if (seen.always) writeText(io.stdout, `${shortId(session, id)}\n`);
        else die(`cannot describe '${id}'`);
        continue;
      }
      if (seen.candidates === 0) die(`no tag exactly matches '${id}'`);
      switch (data?.reason) {
        case 'unannotated': die(`No annotated tags can describe '${id}'.\nHowever, there were unannotated tags: try --tags.`);
        // falls through
        case 'no-tags': die(seen.all || seen.tags ? `No tags can describe '${id}'.\nTry --always, or create some tags.` : 'No names found, cannot describe anything.');
        // falls through
        default: die('No names found, cannot describe anything.');
      }
    }
  }
  return 0;
};

/** Asks the commands that know the worktree. */
async function dirtyMark(context: Parameters<Command>[1], mark: string): Promise<string> {
  const code = await context.run(['diff-index', '--quiet', 'HEAD', '--']);
  return code === 0 ? '' : mark;
}
