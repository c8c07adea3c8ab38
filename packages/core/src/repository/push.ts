import { driveConversation } from '../protocol/drive.js';
import type { ObjectId } from '../hash/object-id.js';
import { runJob } from '../job/job.js';
import type { PushOptions, PushSource, PushLease } from '../remote/push-options.js';
import { pushTo, type PushOutcome } from '../remote/push.js';
import { expandShortRefName, parseRefName, type RefName } from '../ref/ref-name.js';
import { parseFetchRefspec, parsePushRefspec } from '../ref/refspec.js';
import { resolveRef } from '../store/ref-map.js';
import { isAncestor } from '../walk/ancestry.js';
import { clientOf, converse, handlersOf, type ExchangeParts, type ReachOptions } from './fetch.js';
import type { Person } from './clock.js';
import { resolveText } from './resolve.js';

/** How {@link Repository.push} works. */
export interface PushVerbOptions extends ReachOptions, Omit<PushOptions, 'refspecs' | 'trackingRefspecs' | 'leases'> {
  /** As `git push` takes them. */
  readonly refspecs: readonly string[];
  /** What `remote.<name>.fetch` says: the refs here that follow the remote's. Default: none. */
  readonly trackingRefspecs?: readonly string[] | undefined;
  /** As `--force-with-lease`: a full or short name of a remote's branch, and what it must be. Default: none. */
  readonly leases?: readonly { readonly ref?: string | undefined; readonly expected?: ObjectId | undefined }[] | undefined;
  /** Who stands in reflogs. Default: as for commits. */
  readonly committer?: Person | undefined;
  /** Phase and counts of long work on this side. Default: none. */
  readonly onProgress?: ((phase: string, done: number, total: number | undefined) => void) | undefined;
}

/** See `Repository.push`. */
export async function pushFrom(parts: ExchangeParts, options: PushVerbOptions): Promise<PushOutcome> {
  const { context } = parts;
  const { snapshot } = context;
  const outcome = await converse(options, 'git-receive-pack', (connection) => driveConversation(pushTo({
    from: {
      snapshot, graph: context.graph, identity: context.identity(options.committer), isLogged: parts.isLogged,
      resolve: (text) => findSource(parts, text),
      wasIncluded: (local, id) => wasIncluded(parts, local, id),
    },
    options: {
      ...options,
      refspecs: options.refspecs.map((text) => parsePushRefspec(text, snapshot.algorithm)),
      trackingRefspecs: (options.trackingRefspecs ?? []).map((text) => parseFetchRefspec(text, snapshot.algorithm)),
      leases: (options.leases ?? []).map(({ ref, expected }): PushLease => ({ ref: ref === undefined ? undefined : fullName(ref), expected })),
    },
    client: clientOf(options),
    isStateless: connection.isStateless,
    onProgress: options.onProgress,
    onMessage: options.onMessage,
  }), { input: connection.input, send: (bytes) => connection.send(bytes), signal: options.signal, push: handlersOf(parts) }));
  await parts.flush();
  return outcome;
}

function fullName(ref: string): RefName {
  return parseRefName(ref.startsWith('refs/') ? ref : `refs/heads/${ref}`);
}

/** What the left side of a refspec names: a ref first, else any revision. */
function findSource({ context }: ExchangeParts, text: string): PushSource | undefined {
  const { refs } = context.snapshot;
  for (const name of expandShortRefName(text)) {
    if (!refs.has(name)) continue;
    const end = resolveRef(refs, name);
    // HEAD stands for the branch it leads to, which is what gets a name at the other side.
    if (end?.id !== undefined) return { id: end.id, ref: name.startsWith('refs/') ? name : end.name.startsWith('refs/') ? end.name : undefined };
  }
  try {
    return { id: resolveText(context, text), ref: undefined };
  } catch {
    // Whatever is wrong with the expression, it names nothing that can be pushed.
    return undefined;
  }
}

function wasIncluded({ context }: ExchangeParts, local: RefName, id: ObjectId): boolean {
  const { objects, shallow, refs } = context.snapshot;
  if (!objects.has(id)) return false;
  const entries = context.reflogs.find(local) ?? [];
  const tips = [resolveRef(refs, local)?.id, ...entries.map(({ newId }) => newId)];
  for (const tip of new Set(tips)) {
    if (tip === undefined || !objects.has(tip)) continue;
    if (runJob(isAncestor({ graph: context.graph, objects, shallow }, id, tip))) return true;
  }
  return false;
}

