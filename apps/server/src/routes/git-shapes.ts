/** Git's objects in the shapes of GitHub's Git database API. */
import type { Identity, ObjectId, View } from '@govc/core';
import { parseCommit, parseTag, commitMessageText, tagMessageText, type Tag } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import type { Call } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { identityTime } from './times.js';
import { VERIFICATION, verificationOf } from './verification.js';

/** The id of an object in a body or path. */
export const SHA: Schema = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' };

const TEXT: Schema = { type: 'string' };

/** A link to an object. */
export const OBJECT_LINK: Schema = { title: 'GitLink', type: 'object', required: ['sha', 'url'], properties: { sha: TEXT, url: TEXT, type: TEXT } };

/** Somebody in a commit or tag. */
export const GIT_PERSON: Schema = {
  title: 'GitPerson',
  type: 'object', required: ['name', 'email', 'date'], properties: { name: TEXT, email: TEXT, date: { type: 'string', format: 'date-time' } },
};

/** A commit. */
export const GIT_COMMIT: Schema = {
  title: 'GitCommit',
  type: 'object',
  required: ['sha', 'url', 'author', 'committer', 'message', 'tree', 'parents'],
  properties: {
    sha: TEXT, url: TEXT, author: GIT_PERSON, committer: GIT_PERSON, message: TEXT, tree: OBJECT_LINK, parents: { type: 'array', items: OBJECT_LINK },
    verification: VERIFICATION,
  },
};

/** A tag object. */
export const GIT_TAG: Schema = {
  title: 'GitTag',
  type: 'object',
  required: ['sha', 'url', 'tag', 'message', 'object'],
  properties: { sha: TEXT, url: TEXT, tag: TEXT, message: TEXT, tagger: GIT_PERSON, object: OBJECT_LINK, verification: VERIFICATION },
};

const NOUNS = { blob: 'blobs', tree: 'trees', commit: 'commits', tag: 'tags' } as const;

/** Where an object can be asked for. */
export function objectUrl({ origin, path }: Call, type: keyof typeof NOUNS, id: string): string {
  return `${origin}/api/v1/repos/${encodeURIComponent(path['id'] ?? '')}/git/${NOUNS[type]}/${id}`;
}

/** The object with that id and type. @throws {ServerError} object-unknown */
export function mustFindObject(view: View, id: string, type: keyof typeof NOUNS): Uint8Array {
  const found = view.snapshot.objects.find(id as ObjectId);
  if (found?.type === type) return found.body;
  throw new ServerError('object-unknown', `There is no ${type} ${id.slice(0, 64)}.`, { id: id.slice(0, 64), expected: type, actual: found?.type });
}

/** Refuses an id that no object of that type has, without reading it. @throws {ServerError} object-unknown */
export function mustHaveObject(view: View, id: string, type: keyof typeof NOUNS): void {
  const actual = view.snapshot.objects.findHeader(id as ObjectId)?.type;
  if (actual === type || (type === 'tree' && id === view.snapshot.algorithm.emptyTreeId)) return;
  throw new ServerError('object-unknown', `There is no ${type} ${id.slice(0, 64)}.`, { id: id.slice(0, 64), expected: type, actual });
}

/** A commit as GitHub shows it. */
export async function gitCommitBody(call: Call, view: View, id: string) {
  const commit = parseCommit(mustFindObject(view, id, 'commit'), view.snapshot.algorithm);
  return {
    sha: id,
    url: objectUrl(call, 'commit', id),
    author: personBody(commit.author),
    committer: personBody(commit.committer),
    message: commitMessageText(commit).replace(/\n$/, ''),
    tree: { sha: commit.tree, url: objectUrl(call, 'tree', commit.tree) },
    parents: commit.parents.map((parent) => ({ sha: parent, url: objectUrl(call, 'commit', parent) })),
    verification: await verificationOf(view, id),
  };
}

/** A tag object as GitHub shows it. */
export async function gitTagBody(call: Call, view: View, id: string) {
  const tag: Tag = parseTag(mustFindObject(view, id, 'tag'), view.snapshot.algorithm);
  const { target, tagger } = tag;
  return {
    sha: id,
    url: objectUrl(call, 'tag', id),
    tag: tag.name,
    message: tagMessageText(tag).replace(/\n$/, ''),
    ...(tagger === undefined ? {} : { tagger: personBody(tagger) }),
    object: { type: target.type, sha: target.id, url: objectUrl(call, target.type, target.id) },
    verification: await verificationOf(view, id),
  };
}

function personBody(identity: Identity) {
  return { name: identity.name, email: identity.email, date: identityTime(identity) };
}
