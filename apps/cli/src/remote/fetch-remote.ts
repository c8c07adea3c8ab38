/** One fetch from one remote, as `fetch`, `pull`, `clone` and `remote update` do it. */
import { bytesFromLosslessText, losslessTextFromBytes, type RefName } from '@govc/core/plumbing';
import type { FetchDepth, FetchedRef, FetchOutcome } from '@govc/core/protocol';

import type { Context } from '../context.js';
import { die } from '../failure.js';
import type { Session } from '../session/session.js';
import { fetchHeadText, reportFetch, type Loudness } from './fetch-report.js';
import type { NamedRemote } from './named-remote.js';
import { remoteMessages } from './remote-messages.js';
import { AGENT } from './serve.js';
import { transportTo } from './transport.js';

/** What the options of `git fetch` ask for. */
export interface FetchSettings {
  readonly loudness: Loudness;
  readonly tags: 'auto' | 'all' | 'none';
  readonly prune: boolean;
  readonly pruneTags: boolean;
  readonly isForced: boolean;
  readonly isAtomic: boolean;
  readonly isDryRun: boolean;
  readonly appends: boolean;
  readonly writesFetchHead: boolean;
  readonly updateHeadOk: boolean;
  readonly depth: FetchDepth | undefined;
  readonly filter: string | undefined;
  readonly uploadPack: string | undefined;
  readonly serverOptions: readonly string[];
  readonly setUpstream: boolean;
  readonly family: 'any' | 'ipv4' | 'ipv6';
  /** How the reflog names the command: `fetch origin`. */
  readonly reflogPrefix: string;
  readonly progress: boolean;
}

/** Fetches, prints what happened, and writes `FETCH_HEAD`. @returns the exit code and the outcome */
export async function fetchRemote(
  context: Context, session: Session, { named, refspecs, settings }: { readonly named: NamedRemote; readonly refspecs: readonly string[]; readonly settings: FetchSettings },
): Promise<{ readonly exitCode: number; readonly outcome: FetchOutcome }> {
  const { remote, fetchUrl } = named;
  const { io, repository, config } = session;
  const configured = config.getAll(`remote.${remote.name}.fetch`);
  const specs = refspecs.length > 0 ? refspecs : configured;
  const merges = branchMerges(session, remote.name);
  const extra = refspecs.length === 0 ? merges.filter((name) => !configured.some((spec) => covers(spec, name))) : [];
  const pruned = settings.pruneTags && refspecs.length === 0 ? [...specs, 'refs/tags/*:refs/tags/*'] : specs;
  const connect = await transportTo(context, config, fetchUrl, { remote, uploadPack: settings.uploadPack, family: settings.family });
  const version = config.get('protocol.version');
  const messages = remoteMessages(io);
  const outcome = await repository.fetch({
    connect, refspecs: [...pruned, ...extra], trackingRefspecs: refspecs.length > 0 ? configured : [],
    tags: settings.tags, isPruning: settings.prune, isForced: settings.isForced, isAtomic: settings.isAtomic, isDryRun: settings.isDryRun,
    depth: settings.depth, filter: settings.filter, committer: session.identity('committer', { isStrict: false }), reflogPrefix: settings.reflogPrefix,
    negotiation: negotiationOf(config.get('fetch.negotiationalgorithm')), lockedRefs: settings.updateHeadOk ? undefined : checkedOut(session),
    protocolVersion: version === '0' ? 0 : version === '1' ? 1 : 2, agent: AGENT, serverOptions: settings.serverOptions, signal: io.signal,
    onMessage: settings.loudness !== 'quiet' && settings.progress ? messages.take : undefined, onDiagnostic: (bytes) => void io.stderr.write(bytes),
  }).finally(messages.end);
  const isForMerge = mergePredicate({ refspecs, configured, merges, fetched: outcome.fetched });
  const isRejected = reportFetch(session, outcome, { url: fetchUrl, loudness: settings.loudness, isForMerge });
  if (settings.writesFetchHead && !settings.isDryRun) {
    const text = fetchHeadText(outcome.fetched, fetchUrl, isForMerge);
    const before = settings.appends && session.gitFiles.find('FETCH_HEAD') !== undefined ? losslessTextFromBytes(session.gitFiles.read('FETCH_HEAD')) : '';
    session.gitFiles.write('FETCH_HEAD', bytesFromLosslessText(before + text));
  }
  return { exitCode: isRejected ? 1 : 0, outcome };
}

function negotiationOf(text: string | undefined): 'consecutive' | 'skipping' | 'noop' {
  switch (text) {
    case undefined: case 'default': case 'consecutive':
      return 'consecutive';
    case 'skipping': case 'noop':
      return text;
    default:
      return die(`unknown fetch negotiation algorithm '${text}'`);
  }
}

/** The branches of the remote that the current branch merges from it. */
function branchMerges({ repository, config }: Session, remoteName: string): string[] {
  const branch = repository.head().ref?.replace(/^refs\/heads\//, '');
  if (branch === undefined || config.get(`branch.${branch}.remote`) !== remoteName) return [];
  return config.getAll(`branch.${branch}.merge`);
}

/** Whether a configured refspec fetches a ref. */
function covers(spec: string, name: string): boolean {
  const source = spec.replace(/^\+/, '').split(':')[0]!;
  const star = source.indexOf('*');
  return star < 0 ? source === name || `refs/heads/${source}` === name : name.startsWith(source.slice(0, star)) && name.endsWith(source.slice(star + 1));
}

function mergePredicate(
  { refspecs, configured, merges }: { readonly refspecs: readonly string[]; readonly configured: readonly string[]; readonly merges: readonly string[]; readonly fetched: readonly FetchedRef[] },
): (ref: FetchedRef) => boolean {
  if (refspecs.length > 0) return ({ refspecIndex }) => refspecIndex !== undefined && !refspecs[refspecIndex]!.includes('*');
  if (configured.length === 0) return ({ refspecIndex }) => refspecIndex !== undefined;
  if (merges.length > 0) return ({ source }) => source !== undefined && merges.some((name) => name === source || `refs/heads/${name}` === source);
  return ({ refspecIndex }) => refspecIndex === 0 && !configured[0]!.includes('*');
}

/** The branch that is checked out here, which a fetch may not move. */
function checkedOut(session: Session): ReadonlyMap<RefName, string> {
  const { ref } = session.repository.head();
  if (session.isBare || ref === undefined) return new Map();
  return new Map([[ref, `refusing to fetch into branch '${ref}' checked out at '${session.worktreePath ?? ''}'`]]);
}
