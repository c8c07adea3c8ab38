import type { Identity, ImmediateSigner, ObjectId, Person } from '@govc/core';
import { commitBody, makeCommit, makeTag, tagBody } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import { isKnown, taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Endpoint } from '../http/endpoint.js';
import { sendObject, wantsBytes } from './blob-reply.js';
import { fileBytes } from './file-body.js';
import {
  GIT_COMMIT, GIT_TAG, gitCommitBody, gitTagBody, mustFindObject, mustHaveObject, objectUrl, SHA,
} from './git-shapes.js';
import { readRepository, writeRepository, type RouteParts } from './parts.js';
import { actorsOf, PERSON, personOf, type PersonBody } from './people.js';
import { streamRepository } from './streams.js';

interface CommitBody {
  readonly message: string;
  readonly tree: string;
  readonly parents?: readonly string[];
  readonly author?: PersonBody;
  readonly committer?: PersonBody;
  readonly signature?: string;
}

interface TagBody {
  readonly tag: string;
  readonly message: string;
  readonly object: string;
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly tagger?: PersonBody;
  readonly signature?: string;
}

const SIGNATURE = {
  type: 'string', minLength: 1, maxLength: 100_000, pattern: '^-----BEGIN [A-Z0-9 ]+-----\\n',
  description: 'Armored, over the object without it; everybody in it must be dated, because nobody else knows what was signed.',
} as const;

const MESSAGE = { type: 'string', maxLength: 1_000_000 } as const;

/** Blobs, commits and tag objects, in GitHub's shapes. What is written is named by nothing yet. */
export function gitObjectRoutes(parts: RouteParts): Endpoint[] {
  return [...blobRoutes(parts), ...commitObjectRoutes(parts), ...tagObjectRoutes(parts)];
}

function blobRoutes(parts: RouteParts): Endpoint[] {
  const link = { type: 'object', required: ['sha', 'url'], properties: { sha: { type: 'string' }, url: { type: 'string' }, size: { type: 'integer' } } } as const;
  return [
    endpoint<{ readonly content: string; readonly encoding?: 'utf-8' | 'base64' } | undefined>({
      method: 'post', path: '/api/v1/repos/{id}/git/blobs', summary: 'Write a blob', tag: 'git database', permission: 'repo:write',
      body: {
        type: 'object', required: ['content'], additionalProperties: false,
        properties: { content: { type: 'string' }, encoding: { type: 'string', enum: ['utf-8', 'base64'] } },
      },
      uploads: ['application/octet-stream'], answers: { 201: link },
      async handle(call) {
        const bytes = call.body === undefined ? await call.upload!.read() : fileBytes(call.body);
        return writeRepository(parts, call, ({ repository }) => {
          const sha = repository.writeObject('blob', bytes);
          return reply(201, { sha, url: objectUrl(call, 'blob', sha), size: bytes.length });
        });
      },
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/git/blobs/{sha}', summary: 'Get a blob', tag: 'git database', permission: 'repo:read',
      answers: {
        200: {
          type: 'object', required: ['sha', 'url', 'size', 'content', 'encoding'],
          properties: { sha: { type: 'string' }, url: { type: 'string' }, size: { type: 'integer' }, content: { type: 'string' }, encoding: { const: 'base64' } },
        },
        304: {},
      },
      media: ['application/octet-stream'],
      handle: (call) => streamRepository(parts, call, ({ repository }) => {
        const sha = call.path['sha'] ?? '';
        mustHaveObject(repository, sha, 'blob');
        if (wantsBytes(call)) return sendObject(call, repository, sha as ObjectId);
        const headers = taggedHeaders(sha);
        if (isKnown(call, sha)) return { status: 304, body: undefined, headers };
        const bytes = mustFindObject(repository, sha, 'blob');
        const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
        return { ...reply(200, { sha, url: objectUrl(call, 'blob', sha), size: bytes.length, content, encoding: 'base64' }), headers };
      }),
    }),
  ];
}

function commitObjectRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<CommitBody>({
      method: 'post', path: '/api/v1/repos/{id}/git/commits', summary: 'Write a commit object', tag: 'git database', permission: 'repo:write',
      body: {
        type: 'object', required: ['message', 'tree'], additionalProperties: false,
        properties: { message: MESSAGE, tree: SHA, parents: { type: 'array', items: SHA, maxItems: 1000 }, author: PERSON, committer: PERSON, signature: SIGNATURE },
      },
      answers: { 201: GIT_COMMIT },
      handle: (call) => writeRepository(parts, call, async (hosted) => {
        const { repository } = hosted;
        const { tree, parents = [], message } = call.body;
        mustHaveObject(repository, tree, 'tree');
        for (const parent of parents) mustHaveObject(repository, parent, 'commit');
        if (tree === repository.snapshot.algorithm.emptyTreeId) repository.writeObject('tree', new Uint8Array(0));
        const { author, committer } = actorsOf({ ...call, body: { ...call.body } }, hosted);
        mustBeDated(call.body, [author, committer]);
        const commit = makeCommit({
          tree: tree as ObjectId, parents: parents as readonly ObjectId[], author: identityOf(parts, author), committer: identityOf(parts, committer),
          message: ended(message),
        });
        const body = commitBody(commit, signedBy(call.body.signature), repository.snapshot.algorithm);
        return reply(201, await gitCommitBody(call, repository, repository.writeObject('commit', body)));
      }),
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/git/commits/{sha}', summary: 'Get a commit object', tag: 'git database', permission: 'repo:read',
      answers: { 200: GIT_COMMIT },
      handle: (call) => readRepository(parts, call, async ({ repository }) => {
        const sha = call.path['sha'] ?? '';
        return { ...reply(200, await gitCommitBody(call, repository, sha)), headers: taggedHeaders(sha) };
      }),
    }),
  ];
}

function tagObjectRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<TagBody>({
      method: 'post', path: '/api/v1/repos/{id}/git/tags', summary: 'Write a tag object', tag: 'git database', permission: 'repo:write',
      body: {
        type: 'object', required: ['tag', 'message', 'object', 'type'], additionalProperties: false,
        properties: {
          tag: { type: 'string', minLength: 1, maxLength: 250 }, message: MESSAGE, object: SHA,
          type: { type: 'string', enum: ['commit', 'tree', 'blob', 'tag'] }, tagger: PERSON, signature: SIGNATURE,
        },
      },
      answers: { 201: GIT_TAG },
      handle: (call) => writeRepository(parts, call, async (hosted) => {
        const { repository } = hosted;
        const { tag: name, message, object, type, tagger } = call.body;
        mustHaveObject(repository, object, type);
        const who = tagger === undefined ? actorsOf({ ...call, body: {} }, hosted).author : personOf(tagger);
        mustBeDated(call.body, [who]);
        const tagObject = makeTag({ target: { id: object as ObjectId, type }, name, tagger: identityOf(parts, who), message: ended(message) }).serialize();
        const body = tagBody(tagObject, signedBy(call.body.signature));
        return reply(201, await gitTagBody(call, repository, repository.writeObject('tag', body)));
      }),
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/git/tags/{sha}', summary: 'Get a tag object', tag: 'git database', permission: 'repo:read',
      answers: { 200: GIT_TAG },
      handle: (call) => readRepository(parts, call, async ({ repository }) => {
        const sha = call.path['sha'] ?? '';
        return { ...reply(200, await gitTagBody(call, repository, sha)), headers: taggedHeaders(sha) };
      }),
    }),
  ];
}

function identityOf({ clock }: RouteParts, { name, email, timeSeconds, timezone }: Person): Identity {
  return { name, email, timeSeconds: timeSeconds ?? Math.floor(clock() / 1000), timezone: timezone ?? '+0000' };
}

/** A signature that somebody else made. */
function signedBy(signature: string | undefined): ImmediateSigner | undefined {
  if (signature === undefined) return undefined;
  const bytes = Buffer.from(ended(signature));
  return { signNow: () => bytes };
}

/** Who signs has to know every byte. @throws {ServerError} request-invalid */
function mustBeDated({ signature }: { readonly signature?: string }, people: readonly Person[]): void {
  if (signature === undefined || people.every(({ timeSeconds }) => timeSeconds !== undefined)) return;
  throw new ServerError('request-invalid', 'What is signed needs dates, or the signature is not of it.', { place: 'body', path: '/author/date' });
}

function ended(message: string): string {
  return message === '' || message.endsWith('\n') ? message : `${message}\n`;
}
