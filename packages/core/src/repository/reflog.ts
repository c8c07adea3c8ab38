import type { Config } from '../config/config.js';
import { GovcError } from '../errors.js';
import { runJob } from '../job/job.js';
import type { ObjectId } from '../hash/object-id.js';
import { wildmatchText } from '../pattern/wildmatch.js';
import type { ReflogEntry } from '../ref/reflog.js';
import { HEAD, type RefName } from '../ref/ref-name.js';
import { directRef } from '../ref/ref-value.js';
import { findRefId } from '../store/ref-map.js';
import { findExpiryDate } from '../walk/approxidate.js';
import type { DateClock } from '../walk/parse-date.js';
import { findReached } from '../walk/ancestry.js';
import { findReflogByShortName } from '../walk/revision/find-ref.js';
import { findThroughTags } from '../walk/revision/peel-object.js';
import type { ReadContext } from './read-context.js';
import type { WriteContext } from './write-context.js';

/** How entries are taken out of a log. */
export interface ReflogDeleteOptions {
  /** The old id of each entry that stays becomes the new id of the one before it. Default: false. */
  readonly rewrite?: boolean | undefined;
  /** The ref becomes what the newest entry that stays says; not where it is symbolic. Default: false. */
  readonly updateRef?: boolean | undefined;
}

/** What {@link expireReflog} takes out. */
export interface ReflogExpireOptions extends ReflogDeleteOptions {
  /** Full or short names. Default: none. */
  readonly refs?: readonly string[] | undefined;
  /** All refs with logs. Default: false. */
  readonly all?: boolean | undefined;
  /** Entries from before that moment, in seconds since 1970. Default: `gc.reflogExpire`, or 90 days ago. */
  readonly before?: number | undefined;
  /** The same for entries with commits that the ref does not reach. Default: `gc.reflogExpireUnreachable`, or 30 days ago. */
  readonly unreachableBefore?: number | undefined;
  /** Only says what would be taken out. Default: false. */
  readonly dryRun?: boolean | undefined;
}

/** What was taken out of one log. */
export interface ExpiredReflog {
  readonly ref: RefName;
  /** Oldest first. */
  readonly entries: readonly ReflogEntry[];
}

/** The log of a ref, newest entry first; empty where it has none. @throws {GovcError} io-failed */
export function readReflog(context: ReadContext, ref: string): ReflogEntry[] {
  const short = ref === '@' ? 'HEAD' : ref;
  const found = findReflogByShortName(context.snapshot.refs, context.reflogs, short);
  // The log of a branch without commits, or of HEAD there, has no ref that leads anywhere.
  return [...(found?.entries ?? context.reflogs.find(short as RefName) ?? [])].reverse();
}

/** Takes one entry out. @throws {GovcError} reflog-missing */
export function deleteReflogEntry(
  context: WriteContext, ref: string, { index, ...options }: ReflogDeleteOptions & { readonly index: number },
): ReflogEntry {
  const { name, entries } = findLog(context, ref);
  const entry = Number.isInteger(index) ? entries[entries.length - 1 - index] : undefined;
  if (entry === undefined || index < 0) {
    throw new GovcError('reflog-missing', `The log of "${name}" has no entry ${index}; it has ${entries.length}.`, {
      name, index, count: entries.length,
    });
  }
  // Entries that say the same cannot be told apart, and need not be.
  removeEntries(context, [{ name, entries, removed: new Set([entry]) }], options);
  return entry;
}

/** Takes old entries out. @throws {GovcError} reflog-missing, config-invalid */
export function expireReflog(context: WriteContext, options: ReflogExpireOptions): ExpiredReflog[] {
  const named = (options.refs ?? []).map((ref) => findLog(context, ref));
  const logs = options.all === true ? [...named, ...listLogs(context)] : named;
  const nowSeconds = Math.floor(context.clock() / 1000);
  const expired = logs.map(({ name, entries }) => {
    const limits = expiryLimits(context.snapshot.config, name, { nowSeconds, zone: context.zone });
    const before = options.before ?? limits.before;
    const unreachableBefore = options.unreachableBefore ?? limits.unreachableBefore;
    return { name, entries, removed: findExpired(context, { name, entries, before, unreachableBefore, rewrite: options.rewrite === true }) };
  }).filter(({ removed }) => removed.size > 0);
  if (options.dryRun !== true) removeEntries(context, expired, options);
  return expired.map(({ name, removed }) => ({ ref: name, entries: [...removed] }));
}

interface FoundLog {
  readonly name: RefName;
  readonly entries: readonly ReflogEntry[];
}

interface ShrunkLog extends FoundLog {
  readonly removed: ReadonlySet<ReflogEntry>;
}

function findLog(context: ReadContext, ref: string): FoundLog {
  const found = findReflogByShortName(context.snapshot.refs, context.reflogs, ref === '@' ? 'HEAD' : ref);
  if (found === undefined) {
    throw new GovcError('reflog-missing', `The ref "${ref.slice(0, 200)}" has no log.`, { name: ref.slice(0, 4096) });
  }
  return { name: found.logName, entries: found.entries };
}

function* listLogs({ snapshot, reflogs }: ReadContext): Generator<FoundLog, void, void> {
  for (const [name] of snapshot.refs.entries()) {
    const entries = reflogs.find(name as RefName);
    if (entries !== undefined) yield { name: name as RefName, entries };
  }
}

function removeEntries(context: WriteContext, logs: readonly ShrunkLog[], options: ReflogDeleteOptions): void {
  if (logs.length === 0) return;
  context.propose({ origin: 'reflog' }, (draft) => {
    for (const { name, entries, removed } of logs) {
      draft.editReflog(name, { kind: 'remove', entries: [...removed], rewrites: options.rewrite === true });
      const last = entries.findLast((entry) => !removed.has(entry));
      const isDirect = draft.base.refs.get(name)?.kind === 'direct';
      const isNamable = last !== undefined && last.newId !== draft.base.algorithm.zeroId;
      if (options.updateRef === true && isDirect && isNamable) draft.editRef(name, directRef(last.newId));
    }
  });
}

interface ExpiryRequest extends FoundLog {
  readonly before: number;
  readonly unreachableBefore: number;
  readonly rewrite: boolean;
}

function findExpired(context: ReadContext, request: ExpiryRequest): Set<ReflogEntry> {
  const { entries, before, unreachableBefore } = request;
  const removed = new Set<ReflogEntry>();
  const reach = unreachableBefore > before && entries.some(({ timeSeconds }) => timeSeconds < unreachableBefore)
    ? makeReach(context, request)
    : undefined;
  let lastKept = context.snapshot.algorithm.zeroId;
  for (const entry of entries) {
    const oldId = request.rewrite ? lastKept : entry.oldId;
    const isOld = entry.timeSeconds < before;
    const isLost = entry.timeSeconds < unreachableBefore && reach !== undefined && !(reach(oldId) && reach(entry.newId));
    if (isOld || isLost) removed.add(entry);
    else lastKept = entry.newId;
  }
  return removed;
}

/** Whether a commit is reached from the ref, or for HEAD from any ref; what is no commit counts as reached. */
function makeReach(context: ReadContext, { name, entries }: FoundLog): (id: ObjectId) => boolean {
  const { snapshot, graph } = context;
  const { refs, objects, shallow, algorithm } = snapshot;
  const commitOf = (id: ObjectId | undefined): ObjectId | undefined => {
    const object = id === undefined || id === algorithm.zeroId ? undefined : findThroughTags(snapshot, id);
    return object?.type === 'commit' ? object.id : undefined;
  };
  const names = name === HEAD ? [...refs.entries('refs/')].map(([each]) => each as RefName) : [name];
  const tips = names.map((each) => commitOf(findRefId(refs, each))).filter((id) => id !== undefined);
  // The log of a ref that names no commit is judged by age alone.
  if (tips.length === 0 && name !== HEAD) return () => false;
  const targets = new Set(entries.flatMap(({ oldId, newId }) => [commitOf(oldId), commitOf(newId)]).filter((id) => id !== undefined));
  const reached = runJob(findReached({ graph, objects, shallow }, tips, targets));
  return (id) => {
    const commit = commitOf(id);
    return commit === undefined || reached.has(commit);
  };
}

const DAY_SECONDS = 86_400;

/** By `gc.<pattern>.reflogExpire` and `gc.reflogExpire` and their likes for what is unreachable; the stash never expires. */
function expiryLimits(
  config: Config, name: RefName, clock: DateClock,
): { readonly before: number; readonly unreachableBefore: number } {
  const read = (key: string): number | undefined => {
    const value = config.get(key);
    if (value === undefined) return undefined;
    const time = findExpiryDate(value, clock);
    if (time === undefined) throw new GovcError('config-invalid', `${key} is "${value}", not a date.`, { name: key, value });
    return time;
  };
  const pattern = config.subsections('gc').find((each) => wildmatchText(each, name) &&
    (config.has(`gc.${each}.reflogExpire`) || config.has(`gc.${each}.reflogExpireUnreachable`)));
  if (pattern !== undefined) {
    return { before: read(`gc.${pattern}.reflogExpire`) ?? 0, unreachableBefore: read(`gc.${pattern}.reflogExpireUnreachable`) ?? 0 };
  }
  if (name === 'refs/stash') return { before: 0, unreachableBefore: 0 };
  const { nowSeconds } = clock;
  return {
    before: read('gc.reflogExpire') ?? nowSeconds - 90 * DAY_SECONDS,
    unreachableBefore: read('gc.reflogExpireUnreachable') ?? nowSeconds - 30 * DAY_SECONDS,
  };
}
