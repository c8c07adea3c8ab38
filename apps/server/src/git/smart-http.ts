import type { GitOutcome } from '@govc/metrics';
import {
  canTellPeer, driveConversation, encodeServiceHeader, parseProtocolVersion, serveReceivePack, serveUploadPack,
  type Conversation, type PushHandlers, type PushReport,
} from '@govc/core/protocol';

import type { ObjectId } from '@govc/core';

import { ServerError } from '../errors.js';
import { admitBody } from '../http/admit-body.js';
import { contextOf, headerOf } from '../http/context.js';
import { beginGitAnswer } from './git-headers.js';
import type { GitCall } from './git-routes.js';
import type { GitParts } from './git-parts.js';
import { pushHandlers, reflogIdentity } from './push.js';
import { withPolicies } from './push-policies.js';
import { realityPushHandlers } from './reality-push.js';
import { PackProbe } from './pack-probe.js';
import { openBody } from './request-body.js';
import { ResponseWriter } from './response-writer.js';
import type { GitService } from './services.js';
import { readSkipList } from './skip-list.js';

/** Answers `info/refs?service=…`: what the server says first. */
export async function answerAdvertisement(parts: GitParts, service: GitService, call: GitCall): Promise<void> {
  const { request, response } = call;
  const { signal } = contextOf(request);
  const version = parseProtocolVersion(headerOf(request, 'git-protocol'));
  const writer = new ResponseWriter(response, () => beginGitAnswer(request, response, `application/x-${service.name}-advertisement`));
  if (request.method === 'HEAD') {
    writer.end();
    return;
  }
  const end = parts.metrics.beginGit('list');
  let outcome: GitOutcome = 'failed';
  try {
    // Version 2 of a fetch begins with its capabilities at once; a push knows no version 2.
    if (version !== 2 || service.name !== 'git-upload-pack') await writer.write(encodeServiceHeader(service.name));
    const conversation = converse(parts, service, { call, mode: 'advertise', version, skipList: undefined });
    await driveConversation(conversation, { input: nothing(), send: writer.write, signal });
    writer.end();
    outcome = 'ok';
  } catch (error) {
    outcome = signal.aborted ? 'aborted' : 'failed';
    finishFailed(error, { call, writer });
  } finally {
    end({ outcome, bytesSent: writer.size });
  }
}

/** Answers a POST to a service: one round of a fetch, or a push. */
export async function answerService(parts: GitParts, service: GitService, call: GitCall): Promise<void> {
  const { request, response, hosted } = call;
  const { signal } = contextOf(request);
  checkContentType(service, call);
  const body = openBody(request);
  admitBody(request, response, () => undefined);
  const writer = new ResponseWriter(response, () => beginGitAnswer(request, response, `application/x-${service.name}-result`));
  const isPush = service.name === 'git-receive-pack';
  const probe = isPush ? undefined : new FetchProbe();
  const { metrics } = parts;
  // What it was is known when it is over; only the one that is ended counts.
  const ends = { push: metrics.beginGit('push'), list: metrics.beginGit('list'), clone: metrics.beginGit('clone'), fetch: metrics.beginGit('fetch') };
  const pack = new PackProbe();
  const endLog = contextOf(request).log.timer(isPush ? 'push' : 'fetch', { repository: hosted.id });
  const span = parts.tracer?.begin(`git ${isPush ? 'push' : 'fetch'}`, { 'govc.repository': hosted.id });
  let outcome: GitOutcome = 'failed';
  try {
    const version = parseProtocolVersion(headerOf(request, 'git-protocol'));
    const skipList = isPush ? await readSkipList(hosted) : undefined;
    const conversation = converse(parts, service, { call, mode: 'stateless', version, skipList });
    const drive = () => driveConversation(conversation, {
      input: probe === undefined ? watched(body.chunks, pack) : probe.watch(body.chunks),
      send(bytes) {
        if (!isPush) pack.look(bytes);
        return writer.write(bytes);
      },
      signal,
      push: isPush ? handlersOf(parts, call) : undefined,
    });
    const report = await (span === undefined ? drive() : span.run(drive));
    writer.end();
    outcome = isRefused(report) ? 'refused' : 'ok';
  } catch (error) {
    outcome = signal.aborted ? 'aborted' : 'failed';
    finishFailed(error, { call, writer });
  } finally {
    body.close();
    const operation = probe?.operation ?? 'push';
    const { objects } = pack;
    ends[operation]({ outcome, bytesReceived: body.size(), bytesSent: writer.size, objects });
    endLog({ level: isPush ? 'INFO' : 'DEBUG', fields: { operation, outcome, bytes_received: body.size(), bytes_sent: writer.size, objects } });
    span?.end({ isFailed: outcome === 'failed', attributes: { 'govc.operation': operation, 'govc.outcome': outcome, 'govc.objects': objects } });
  }
}

function handlersOf(parts: GitParts, call: GitCall): PushHandlers {
  const { packSizeMax, packObjectsMax } = parts.pushLimits;
  const handlers = call.kept === undefined ? repositoryHandlers(parts, call) : realityPushHandlers(parts, call.kept);
  return { ...handlers, packSizeMax, packObjectsMax };
}

function repositoryHandlers(parts: GitParts, call: GitCall): PushHandlers {
  const handlers = withPolicies(parts, call, pushHandlers(parts, call));
  const { principal } = contextOf(call.request);
  if (principal === undefined) return handlers;
  // What hears of the push is told who pushed.
  const actor = { name: principal.username, email: principal.email };
  return { ...handlers, apply: (batch) => parts.actors.run(actor, () => handlers.apply(batch)) };
}

interface Exchange {
  readonly call: GitCall;
  readonly mode: 'advertise' | 'stateless';
  readonly version: 0 | 1 | 2;
  readonly skipList: ReadonlySet<ObjectId> | undefined;
}

function converse(parts: GitParts, service: GitService, { call, mode, version, skipList }: Exchange): Conversation<PushReport | undefined> {
  const { hosted, kept, request } = call;
  const { requestId } = contextOf(request);
  const served = {
    snapshot: (kept?.reality ?? hosted.repository).snapshot,
    namespace: parts.namespace,
    agent: `govc/${parts.version}`,
    sessionId: requestId,
    graph: hosted.repository.commitGraph,
    mode,
    version,
  };
  if (service.name === 'git-upload-pack') return withoutReport(serveUploadPack({ ...served, findSparse: undefined }));
  return serveReceivePack({ ...served, reflogIdentity: reflogIdentity(parts, call), fsckSkipList: skipList });
}

function* withoutReport(conversation: Conversation<void>): Conversation<undefined> {
  yield* conversation;
  return undefined;
}

/** The client was told inside the answer where that was possible; an answer that has not begun becomes an error of HTTP. */
function finishFailed(error: unknown, { call, writer }: { readonly call: GitCall; readonly writer: ResponseWriter }): void {
  const { log, signal } = contextOf(call.request);
  if (writer.size === 0) throw error;
  if (signal.aborted) return;
  const code = (error as { code?: unknown }).code;
  const isTheirs = code === 'protocol-error' || code === 'limit-exceeded';
  log.log(isTheirs ? 'INFO' : 'ERROR', 'a Git client was refused', { repository: call.hosted.id, error });
  if (canTellPeer(error)) writer.end();
  else call.response.destroy();
}

function checkContentType(service: GitService, { request }: GitCall): void {
  const expected = `application/x-${service.name}-request`;
  const actual = headerOf(request, 'content-type') ?? '';
  if (actual === expected) return;
  throw new ServerError('content-type-unsupported', `Expected POST with Content-Type '${expected}', but received '${actual.slice(0, 100)}' instead.`, {
    expected,
  });
}

function isRefused(report: PushReport | undefined): boolean {
  return report !== undefined && (report.unpackError !== undefined || report.outcomes.some(({ error }) => error !== undefined));
}

async function* watched(chunks: AsyncIterable<Uint8Array>, pack: PackProbe): AsyncGenerator<Uint8Array, void, void> {
  for await (const chunk of chunks) {
    pack.look(chunk);
    yield chunk;
  }
}

async function* nothing(): AsyncGenerator<Uint8Array, void, void> {
  // A request for the advertisement has no body.
}

/** Tells clones, fetches and listings apart by the beginning of what the client says, for metrics. */
class FetchProbe {
  operation: 'clone' | 'fetch' | 'list' = 'clone';
  #isFirst = true;

  async *watch(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of chunks) {
      this.#look(Buffer.from(chunk.buffer, chunk.byteOffset, Math.min(chunk.length, 64 * 1024)));
      yield chunk;
    }
  }

  #look(bytes: Buffer): void {
    if (this.#isFirst && bytes.includes('command=ls-refs')) this.operation = 'list';
    else if (this.operation === 'clone' && bytes.includes('have ')) this.operation = 'fetch';
    this.#isFirst = false;
  }
}
