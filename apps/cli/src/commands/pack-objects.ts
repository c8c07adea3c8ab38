import type { ObjectId } from '@govc/core';
import {
  bytesFromLosslessText, enumerateObjects, findObjectId, losslessTextFromBytes, PackList, packNameHash, parseFilter, planPack, readRevisionArguments, runJob,
  serializeIndexV1, serializeIndexV2, writePack, type PackPlan,
} from '@govc/core/plumbing';

import type { Command } from '../command.js';
import { die } from '../failure.js';
import { flag, integer, optionalValue, value } from '../options/option.js';
import { parseOptions } from '../options/parse-options.js';
import { usageError, usageText } from '../options/usage.js';
import { readRecords, writeText } from '../print/output.js';
import { sender } from '../remote/serve.js';
import { absolutePath } from '../session/files-host.js';
import type { Session } from '../session/session.js';

const USAGE = ['git pack-objects --stdout [<options>] [< <ref-list> | < <object-list>]', 'git pack-objects [<options>] <base-name> [< <ref-list> | < <object-list>]'];

interface Seen {
  toStdout: boolean;
  readsRevisions: boolean;
  selections: string[];
  isThin: boolean;
  isNonEmpty: boolean;
  ofsDelta: boolean;
  isIncremental: boolean;
  level: number | undefined;
  depth: number | undefined;
  window: number | undefined;
  indexVersion: number;
  filter: string | undefined;
}

/** `git pack-objects`. */
export const packObjectsCommand: Command = async (args, context) => {
  const { io } = context;
  const seen: Seen = {
    toStdout: false, readsRevisions: false, selections: [], isThin: false, isNonEmpty: false, ofsDelta: false, isIncremental: false, level: undefined,
    depth: undefined, window: undefined, indexVersion: 2, filter: undefined,
  };
  const options = optionsOf(seen);
  const [base, ...others] = parseOptions(args, { io, usage: USAGE, options });
  if ((base !== undefined) === seen.toStdout || others.length > 0) usageError(usageText(USAGE, options));
  if (seen.isThin && !seen.toStdout) die('--thin cannot be used to build an indexable pack');
  if (seen.filter !== undefined && !seen.toStdout) die('cannot use --filter without --stdout');
  const session = await context.session();
  const list = seen.readsRevisions || seen.selections.length > 0 ? await listRevisions(session, seen) : await listNames(session, seen);
  if (list.count === 0 && seen.isNonEmpty) return 0;
  const { objects } = session.repository.storedContext.snapshot;
  const known = list.knownIds;
  const plan = runJob(planPack(list, {
    source: objects, ofsDelta: seen.ofsDelta || !seen.toStdout, level: seen.level, depth: seen.depth, window: seen.window,
    isBaseKnown: seen.isThin ? (id: ObjectId) => known.has(id) : undefined,
  }));
  if (seen.toStdout) await sendPack(plan, sender(io));
  else writeText(io.stdout, `${storePack(session, plan, { base: base!, version: seen.indexVersion === 1 ? 1 : 2 })}\n`);
  return 0;
};

function optionsOf(seen: Seen): Parameters<typeof parseOptions>[1]['options'] {
  const select = (name: string, help: string): ReturnType<typeof flag> => flag(name, help, (isOn) => { if (isOn) seen.selections.push(`--${name}`); }, { canNegate: false });
  const ignored = ['all-progress', 'all-progress-implied', 'local', 'reuse-delta', 'reuse-object', 'honor-pack-keep', 'include-tag', 'keep-true-parents', 'use-bitmap-index',
    'write-bitmap-index', 'sparse', 'delta-islands', 'shallow', 'unpacked', 'reflog', 'indexed-objects', 'exclude-promisor-objects'];
  return [
    flag('q|quiet', 'do not show progress meter', () => undefined),
    flag('progress', 'show progress meter', () => undefined),
    integer('index-version', 'n', 'write the pack index file in the specified idx format version', (number) => { seen.indexVersion = number ?? 2; }),
    flag('incremental', 'ignore already packed objects', (isOn) => { seen.isIncremental = isOn; }),
    integer('window', 'n', 'limit pack window by objects', (number) => { seen.window = number; }),
    integer('depth', 'n', 'maximum length of delta chain allowed in the resulting pack', (number) => { seen.depth = number; }),
    flag('delta-base-offset', 'use OFS_DELTA objects', (isOn) => { seen.ofsDelta = isOn; }),
    integer('threads', 'n', 'use threads when searching for best delta matches', () => undefined),
    flag('non-empty', 'do not create an empty pack output', (isOn) => { seen.isNonEmpty = isOn; }),
    flag('revs', 'read revision arguments from standard input', (isOn) => { seen.readsRevisions = isOn; }),
    select('all', 'include objects reachable from any reference'),
    flag('stdout', 'output pack to stdout', (isOn) => { seen.toStdout = isOn; }),
    flag('thin', 'create thin packs', (isOn) => { seen.isThin = isOn; }),
    integer('compression', 'n', 'pack compression level', (number) => { seen.level = number; }),
    value('filter', 'args', 'object filtering', (text) => { seen.filter = text; }),
    value('window-memory', 'n', 'limit pack window by memory in addition to object limit', () => undefined),
    value('max-pack-size', 'n', 'maximum size of each output pack file', () => undefined),
    value('keep-pack', 'name', 'ignore this pack', () => undefined),
    value('missing', 'action', 'handling for missing objects', () => undefined),
    optionalValue('unpack-unreachable', 'time', 'unpack unreachable objects newer than <time>', () => undefined),
    ...ignored.map((name) => flag(name, 'has no effect on which objects are written', () => undefined, { isHidden: true })),
  ];
}

/** Lines `<id>[ <name>]`; `-<id>` is known to the receiver. */
async function listNames({ io, algorithm, repository }: Session, { isIncremental }: Seen): Promise<PackList> {
  const list = new PackList(algorithm);
  const { packs } = repository.storedContext.snapshot;
  for await (const record of readRecords(io.stdin, '\n')) {
    const line = losslessTextFromBytes(record);
    const isKnown = line.startsWith('-');
    const text = isKnown ? line.slice(1) : line;
    const id = findObjectId(text.slice(0, algorithm.hexSize), algorithm);
    if (id === undefined) die(`expected ${isKnown ? 'edge ' : ''}object ID, got garbage:\n ${line}\n`);
    const name = packNameHash(bytesFromLosslessText(text.slice(algorithm.hexSize + 1)));
    if (isKnown) list.addKnown(id, name);
    else if (!isIncremental || !packs.some((pack) => pack.has(id))) list.add(id, name);
  }
  return list;
}

/** Revisions, as `rev-list --objects` reads them. */
async function listRevisions(session: Session, { readsRevisions, selections, isThin, filter }: Seen): Promise<PackList> {
  const { io, algorithm, repository } = session;
  const words = [...selections];
  if (readsRevisions) {
    for await (const record of readRecords(io.stdin, '\n')) {
      const line = losslessTextFromBytes(record);
      if (line === '') break;
      if (/^--(?:shallow|no-filter)/.test(line)) continue;
      words.push(line);
    }
  }
  const { snapshot, graph } = repository.storedContext;
  const { tips, exclude } = readRevisionArguments(repository.storedContext, words);
  const found = runJob(enumerateObjects({
    objects: snapshot.objects, algorithm, graph, wants: tips.map(({ id }) => id), haves: exclude, shallow: snapshot.shallow,
    filter: filter === undefined ? undefined : parseFilter(filter),
  }));
  const list = new PackList(algorithm);
  for (let row = 0; row < found.objects.count; row++) list.addBytes(found.objects.rawIds, row * algorithm.size, found.objects.nameHashAt(row));
  for (let row = 0; isThin && row < found.edges.count; row++) list.addKnown(found.edges.idAt(row), found.edges.nameHashAt(row));
  return list;
}

async function sendPack(plan: PackPlan, send: (bytes: Uint8Array) => Promise<void>): Promise<void> {
  for (const step of writePack(plan)) if (step instanceof Uint8Array) await send(step);
}

/** Writes `<base>-<checksum>.pack` and `.idx`, the index last. */
function storePack({ io }: Session, plan: PackPlan, { base, version }: { readonly base: string; readonly version: 1 | 2 }): string {
  const pieces: Uint8Array[] = [];
  const writing = writePack(plan, { rows: true });
  let step = writing.next();
  for (; step.done !== true; step = writing.next()) if (step.value instanceof Uint8Array) pieces.push(step.value);
  const { id, rows, packChecksum } = step.value;
  const frame = { algorithm: plan.list.algorithm, packChecksum };
  const place = `${absolutePath(io.cwd, base)}-${id}`;
  io.files.writeFile(`${place}.pack`, Buffer.concat(pieces));
  io.files.writeFile(`${place}.idx`, version === 1 ? serializeIndexV1(rows!, frame) : serializeIndexV2(rows!, frame));
  return id;
}
