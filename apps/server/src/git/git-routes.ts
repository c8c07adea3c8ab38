import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Permission } from '@govc/auth';

import { authorize } from '../auth/gate.js';
import { ServerError } from '../errors.js';
import { contextOf, credentialsOf, pathOf, queryOf, type Middleware } from '../http/context.js';
import type { KeptReality } from '../realities/realities.js';
import type { HostedRepository } from '../repositories/repositories.js';
import { answerGitFailure } from './git-headers.js';
import { parseGitPath, type GitPath } from './git-path.js';
import type { GitParts } from './git-parts.js';
import { sendHead, sendInfoRefs, sendObjectFile, sendPackList } from './plain-files.js';
import { serviceOf, type GitService } from './services.js';
import { answerAdvertisement, answerService } from './smart-http.js';

/** One request of a Git client, to a repository that it may use. */
export interface GitCall {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly hosted: HostedRepository;
  /** The reality of it that is meant; `undefined`: the repository itself. */
  readonly kept: KeptReality | undefined;
}

/**
 * Serves Git clients at `/{repository}/…` and `/{repository}.git/…`; passes every other path on. Under the rules of
 * `git http-backend` every path but those of the API is below a repository.
 */
export function gitRoutes(parts: GitParts): Middleware {
  const { isForeign } = parts.repositories;
  return (request, response, next) => {
    const url = pathOf(request);
    const path = parseGitPath(url);
    const answerFailure = (error: unknown): void => answerGitFailure(error, { request, response, isForeign });
    if (path !== undefined) {
      serve(parts, path, { request, response }).catch(answerFailure);
    } else if (isForeign && !url.startsWith('/api/')) {
      answerFailure(new ServerError('endpoint-unknown', `There is nothing at ${request.method ?? 'GET'} ${url.slice(0, 200)}.`));
    } else {
      next();
    }
  };
}

async function serve(parts: GitParts, path: GitPath, { request, response }: Omit<GitCall, 'hosted' | 'kept'>): Promise<void> {
  const { gate, repositories, traffic } = parts;
  const context = contextOf(request);
  context.route = `/{repository}/${routeName(path)}`;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  if (method !== path.method) {
    const allow = path.method === 'GET' ? 'GET, HEAD' : path.method;
    throw new ServerError('method-not-allowed', `${request.method ?? ''} is not possible here; try ${allow}.`, { allow });
  }
  const service = serviceNamed(path, request);
  context.principal = await gate.identify(credentialsOf(request));
  await traffic.admitIdentity(request, response);
  const permission: Permission = service?.name === 'git-receive-pack' ? 'repo:write' : 'repo:read';
  const named = path.repository.replace(/\.git$/, '');
  authorize(gate, context.principal, { permission, repository: named });
  const lease = await repositories.acquire(path.repository);
  try {
    // A link or another spelling must not give more than the repository's own name does.
    if (lease.resource.id !== named) authorize(gate, context.principal, { permission, repository: lease.resource.id });
    const kept = path.reality === undefined ? undefined : findReality(parts, lease.resource, path.reality);
    await answer(parts, path, { service, call: { request, response, hosted: lease.resource, kept } });
  } finally {
    lease.release();
  }
}

async function answer(
  parts: GitParts, path: GitPath, { service, call }: { readonly service: GitService | undefined; readonly call: GitCall },
): Promise<void> {
  if (service !== undefined) {
    service.mustBeEnabled(call.hosted, { isForeign: parts.repositories.isForeign, principal: contextOf(call.request).principal });
    if (path.target.kind === 'refs') await answerAdvertisement(parts, service, call);
    else await answerService(parts, service, call);
    return;
  }
  mustServeFiles(call);
  switch (path.target.kind) {
    case 'refs':
      sendInfoRefs(parts, call);
      return;
    case 'head':
      sendHead(parts, call);
      return;
    case 'packs':
      await sendPackList(call);
      return;
    case 'file':
      await sendObjectFile(call, { ...path.target, nowMs: parts.clock() });
      return;
    case 'service':
      throw new Error('Invariant broken in @govc/server: a path of a service has one.');
  }
}

function findReality({ live }: GitParts, hosted: HostedRepository, name: string): KeptReality {
  return live.realities.use(hosted, 'reality', name.replace(/^parallel\//, ''));
}

/** The service that a path or its `service` parameter names; `undefined` for plain files. */
function serviceNamed({ target }: GitPath, request: IncomingMessage): GitService | undefined {
  if (target.kind === 'service') return serviceOf(target.service);
  if (target.kind !== 'refs') return undefined;
  const name = queryOf(request).get('service');
  return name === null ? undefined : serviceOf(name);
}

function mustServeFiles({ hosted, kept }: GitCall): void {
  if (kept === undefined && hosted.repository.snapshot.config.getBool('http.getanyfile', true)) return;
  throw new ServerError('service-disabled', "Unsupported service: 'getanyfile'", { service: 'getanyfile' });
}

function routeName({ target }: GitPath): string {
  switch (target.kind) {
    case 'refs':
      return 'info/refs';
    case 'service':
      return target.service;
    case 'head':
      return 'HEAD';
    case 'packs':
    case 'file':
      return 'objects';
  }
}
