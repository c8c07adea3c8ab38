import {
  fsckRepository, lostFiles, namedFsckLine, ObjectNames, parseFsckSkipList, runJob, type ObjectId, type RepositoryFinding,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import type { CommandIo } from '../io.js';
import { die } from '../failure.js';
import { flag, type Option } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { writeText } from '../print/output.js';
import { findStoredObject, readStoredIndex } from '../session/revisions.js';
import { noRepository, openSession, type Session } from '../session/session.js';

const USAGE = [`git fsck [--tags] [--root] [--unreachable] [--cache] [--no-reflogs]
         [--[no-]full] [--strict] [--verbose] [--lost-found]
         [--[no-]dangling] [--[no-]progress] [--connectivity-only]
         [--[no-]name-objects] [<object>...]`];

/** What the bits of the exit code mean, as `git fsck` has them. */
const BROKEN = { object: 1, reachability: 2, pack: 4, refs: 8 } as const;

interface Wanted {
  unreachable: boolean;
  dangling: boolean;
  tags: boolean;
  root: boolean;
  cache: boolean;
  reflogs: boolean;
  connectivityOnly: boolean;
  strict: boolean;
  lostFound: boolean;
  names: boolean;
}

type BrokenRef = { readonly name: string; readonly id: ObjectId };

/** `git fsck`: reads everything and says what is wrong, and what nobody needs. */
export const fsckCommand: Command = async (args, context) => {
  const { io } = context;
  const wanted: Wanted = {
    unreachable: false, dangling: true, tags: false, root: false, cache: false, reflogs: true, connectivityOnly: false, strict: false,
    lostFound: false, names: false,
  };
  const named = parseOptions(args, { io, usage: USAGE, options: optionsOf(wanted) });
  // Refs that name nothing are findings, not warnings of their own.
  const brokenRefs: BrokenRef[] = [];
  const session = await openSession(io, (problem) => {
    const { name, id } = 'data' in problem ? problem.data as Partial<BrokenRef> : {};
    if (name !== undefined && id !== undefined) brokenRefs.push({ name, id });
    else io.stderr.write(`warning: ${problem.message}\n`);
  });
  if (session === undefined) noRepository(io);
  try {
    return check(session, { wanted, named, brokenRefs });
  } finally {
    await io.files.release(session.repository);
  }
};

function optionsOf(wanted: Wanted): Option[] {
  const ignored = (): void => undefined;
  return [
    flag('v|verbose', 'be verbose', ignored),
    flag('unreachable', 'show unreachable objects', (isOn) => { wanted.unreachable = isOn; }),
    flag('dangling', 'show dangling objects', (isOn) => { wanted.dangling = isOn; }),
    flag('tags', 'report tags', (isOn) => { wanted.tags = isOn; }),
    flag('root', 'report root nodes', (isOn) => { wanted.root = isOn; }),
    flag('cache', 'make index objects head nodes', (isOn) => { wanted.cache = isOn; }),
    flag('reflogs', 'make reflogs head nodes (default)', (isOn) => { wanted.reflogs = isOn; }),
    flag('full', 'also consider packs and alternate objects', ignored),
    flag('connectivity-only', 'check only connectivity', (isOn) => { wanted.connectivityOnly = isOn; }),
    flag('strict', 'enable more strict checking', (isOn) => { wanted.strict = isOn; }),
    flag('lost-found', 'write dangling objects in .git/lost-found', (isOn) => { wanted.lostFound = isOn; }),
    flag('progress', 'show progress', ignored),
    flag('name-objects', 'show verbose names for reachable objects', (isOn) => { wanted.names = isOn; }),
  ];
}

function check(
  session: Session, { wanted, named, brokenRefs }: { readonly wanted: Wanted; readonly named: readonly string[]; readonly brokenRefs: readonly BrokenRef[] },
): number {
  const { snapshot, reflogs } = session.repository.storedContext;
  const { heads, exitCode } = namedHeads(session, named);
  const names = wanted.names ? new ObjectNames() : undefined;
  const usesReflogs = wanted.reflogs && !wanted.lostFound && named.length === 0;
  const findings = runJob(fsckRepository(snapshot, {
    strict: wanted.strict, unreachable: wanted.unreachable, dangling: wanted.dangling || wanted.lostFound, root: wanted.root, tags: wanted.tags,
    connectivityOnly: wanted.connectivityOnly, names, brokenRefs, skipList: readSkipList(session),
    reflogs: usesReflogs ? reflogs : undefined,
    index: named.length === 0 || wanted.cache ? readStoredIndex(session) : undefined,
    extraTips: named.length === 0 ? idsOfWorktrees(session, usesReflogs) : [],
    heads: named.length === 0 ? undefined : heads,
  }));
  const told = findings.filter(({ kind }) => kind !== 'dangling' || wanted.dangling);
  for (const finding of told) tell(session, finding, names);
  if (wanted.lostFound) {
    for (const { path, content } of lostFiles(snapshot, findings)) session.commonFiles.write(`lost-found/${path}`, content, {});
  }
  return findings.reduce((code, finding) => code | bitOf(session, finding), exitCode);
}

/** What stands on the command line: objects that count as named instead of refs. */
function namedHeads(session: Session, named: readonly string[]): { readonly heads: { readonly id: ObjectId; readonly name: string }[]; readonly exitCode: number } {
  const heads: { id: ObjectId; name: string }[] = [];
  let exitCode = 0;
  for (const name of named) {
    const id = findStoredObject(session, name);
    if (id === undefined) writeText(session.io.stderr, `error: invalid parameter: expected sha1, got '${name}'\n`);
    else if (!session.repository.storedContext.snapshot.objects.has(id)) writeText(session.io.stderr, `error: ${id}: object missing\n`);
    else heads.push({ id, name });
    if (heads.at(-1)?.name !== name) exitCode |= BROKEN.object;
  }
  return { heads, exitCode };
}

/** Where other worktrees stand, and stood. */
function idsOfWorktrees({ commonFiles, repository, algorithm }: Session, usesReflogs: boolean): ObjectId[] {
  const ids = new Set<string>();
  for (const worktree of commonFiles.list('worktrees') ?? []) {
    for (const file of ['HEAD', ...(usesReflogs ? ['logs/HEAD'] : [])]) {
      const path = `worktrees/${worktree}/${file}`;
      if (commonFiles.find(path)?.kind !== 'file') continue;
      for (const [id] of Buffer.from(commonFiles.read(path)).toString('latin1').matchAll(/(?:^|(?<=^[0-9a-f]+ ))[0-9a-f]{40,64}(?=[ \n])/gm)) ids.add(id);
    }
  }
  return [...ids].filter((id) => id.length === algorithm.hexSize && repository.storedContext.snapshot.objects.has(id as ObjectId)) as ObjectId[];
}

function readSkipList(session: Session): ReadonlySet<ObjectId> | undefined {
  const name = session.config.get('fsck.skiplist');
  if (name === undefined) return undefined;
  const bytes = session.io.files.readFile(session.path(name));
  if (bytes === undefined) die(`could not open object name list: ${name}`);
  return parseFsckSkipList(bytes, session.algorithm);
}

function tell(session: Session, finding: RepositoryFinding, names: ObjectNames | undefined): void {
  const { io, gitDirectoryText } = session;
  const line = namedFsckLine(finding, names);
  // Where a loose object lies is what whoever repairs it needs to know.
  const place = finding.kind === 'corrupt' && isLoose(session, finding.id)
    ? `: ${gitDirectoryText}/objects/${finding.id.slice(0, 2)}/${finding.id.slice(2)}` : '';
  writeText(streamOf(io, finding), `${line}${place}\n`);
}

function streamOf({ stdout, stderr }: CommandIo, { kind }: RepositoryFinding): CommandIo['stdout'] {
  switch (kind) {
    case 'broken-link': case 'missing': case 'unreachable': case 'dangling': case 'root': case 'tagged':
      return stdout;
    case 'object': case 'corrupt': case 'wrong-link-type': case 'bad-ref': case 'bad-reflog': case 'bad-index': case 'branch-not-commit':
    case 'bad-head': case 'unborn-head': case 'no-refs':
      return stderr;
  }
}

function isLoose({ repository }: Session, id: ObjectId): boolean {
  return repository.storedContext.snapshot.objects.findEntry(id) === undefined;
}

function bitOf(session: Session, finding: RepositoryFinding): number {
  switch (finding.kind) {
    case 'object':
      return finding.finding.severity === 'error' || finding.finding.severity === 'fatal' ? BROKEN.object : 0;
    case 'corrupt':
      return isLoose(session, finding.id) ? BROKEN.object : BROKEN.pack;
    case 'wrong-link-type':
      return BROKEN.object;
    case 'missing': case 'broken-link': case 'bad-ref': case 'bad-reflog':
      return BROKEN.reachability;
    case 'bad-index': case 'branch-not-commit': case 'bad-head':
      return BROKEN.refs;
    case 'unreachable': case 'dangling': case 'root': case 'tagged': case 'unborn-head': case 'no-refs':
      return 0;
  }
}
