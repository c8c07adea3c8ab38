import { directRef, parseRefName, type ObjectId, type RefName, type View } from '@govc/core';
import { isAncestor, runJob } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import { matchedId, taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { OBJECT_LINK, objectUrl, SHA } from './git-shapes.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';

const REF: Schema = {
  title: 'GitRef',
  type: 'object',
  required: ['ref', 'url', 'object'],
  properties: { ref: { type: 'string', examples: ['refs/heads/main'] }, url: { type: 'string' }, object: OBJECT_LINK },
};

const REFS: Schema = { type: 'object', required: ['refs', 'count'], properties: { refs: { type: 'array', items: REF }, ...PAGE_PROPERTIES } };

/** Refs by their full names, in GitHub's shapes. */
export function gitRefRoutes(parts: RouteParts): Endpoint[] {
  const path = '/api/v1/repos/{id}/git';
  const listing = (at: string, summary: string): Endpoint => endpoint<unknown, PageQuery>({
    method: 'get', path: at, summary, tag: 'git database', permission: 'repo:read',
    query: { type: 'object', properties: pageQuery(1000) }, answers: { 200: REFS },
    handle: (call) => readRepository(parts, call, ({ repository }) => {
      const found = [...repository.refs(`refs/${call.path['ref'] ?? ''}`)].filter(({ value }) => value.kind === 'direct');
      const page = pageOf(call, found);
      return { ...reply(200, { refs: page.items.map(({ name }) => refBody(call, repository, name)), ...page.fields }), headers: page.headers };
    }),
  });
  const reading = (at: string): Endpoint => endpoint({
    method: 'get', path: at, summary: 'Get a ref: heads/main, tags/v1.0', tag: 'git database', permission: 'repo:read', answers: { 200: REF },
    handle: (call) => readRepository(parts, call, ({ repository }) => {
      const body = refBody(call, repository, refOf(call));
      return { ...reply(200, body), headers: taggedHeaders(body.object.sha) };
    }),
  });
  return [
    listing(`${path}/refs`, 'List refs'),
    listing(`${path}/matching-refs/{ref*}`, 'List refs whose names begin so'),
    reading(`${path}/ref/{ref*}`), reading(`${path}/refs/{ref*}`),
    creating(parts, `${path}/refs`), updating(parts, `${path}/refs/{ref*}`), deleting(parts, `${path}/refs/{ref*}`),
  ];
}

function creating(parts: RouteParts, path: string): Endpoint {
  return endpoint<{ readonly ref: string; readonly sha: string }>({
    method: 'post', path, summary: 'Make a ref', tag: 'git database', permission: 'repo:write',
    body: {
      type: 'object', required: ['ref', 'sha'], additionalProperties: false,
      properties: { ref: { type: 'string', pattern: '^refs/', minLength: 6, maxLength: 1000 }, sha: SHA },
    },
    answers: { 201: REF },
    async handle(call) {
      const name = parseRefName(call.body.ref);
      return changeRepository(parts, call, {}, {
        work(reality) {
          mustHoldObject(reality, call.body.sha);
          reality.setRef(name, call.body.sha as ObjectId, { kind: 'absent' });
          return reply(201, refBody(call, reality, name));
        },
      });
    },
  });
}

function updating(parts: RouteParts, path: string): Endpoint {
  return endpoint<{ readonly sha: string; readonly force?: boolean }>({
    method: 'patch', path, summary: 'Move a ref; without "force" only forward', tag: 'git database', permission: 'repo:write',
    body: { type: 'object', required: ['sha'], additionalProperties: false, properties: { sha: SHA, force: { type: 'boolean' } } },
    answers: { 200: REF },
    async handle(call) {
      const name = refOf(call);
      const expected = matchedId(call);
      return changeRepository(parts, call, {}, {
        work(reality, { repository }) {
          const id = idOf(reality, name);
          const { sha, force } = call.body;
          mustHoldObject(reality, sha);
          const { objects, shallow } = reality.snapshot;
          const isCommit = objects.findHeader(id)?.type === 'commit' && objects.findHeader(sha as ObjectId)?.type === 'commit';
          const isForward = id === sha || (isCommit && runJob(isAncestor({ graph: repository.commitGraph, objects, shallow }, id, sha as ObjectId)));
          if (!isForward && force !== true) {
            throw new ServerError('merge-failed', `"${name}" cannot go from ${id} to ${sha} by a fast-forward; send "force".`, { name, actual: id, wanted: sha });
          }
          reality.setRef(name, sha as ObjectId, expected === undefined ? undefined : { kind: 'value', value: directRef(expected as ObjectId) });
          return reply(200, refBody(call, reality, name));
        },
      });
    },
  });
}

function deleting(parts: RouteParts, path: string): Endpoint {
  return endpoint({
    method: 'delete', path, summary: 'Delete a ref', tag: 'git database', permission: 'repo:write', answers: { 204: {} },
    async handle(call) {
      const name = refOf(call);
      return changeRepository(parts, call, {}, {
        work(reality) {
          if (reality.head().ref === name) {
            throw new ServerError('branch-current', `"${name}" is the current branch and cannot be deleted.`, { name });
          }
          reality.deleteRef(name);
          return { status: 204, body: undefined };
        },
      });
    },
  });
}

/** The full name that a path gives without `refs/`. @throws {GovcError} ref-name-invalid */
function refOf({ path }: Call): RefName {
  const text = path['ref'] ?? '';
  return parseRefName(text.startsWith('refs/') ? text : `refs/${text}`);
}

function idOf(view: View, name: RefName): ObjectId {
  const value = view.snapshot.refs.get(name);
  if (value?.kind === 'direct') return value.id;
  throw new ServerError('ref-unknown', `There is no ref "${name}".`, { name });
}

function mustHoldObject(view: View, id: string): void {
  if (view.snapshot.objects.has(id as ObjectId)) return;
  throw new ServerError('object-unknown', `There is no object ${id}.`, { id });
}

function refBody(call: Call, view: View, name: RefName) {
  const id = idOf(view, name);
  const type = view.snapshot.objects.findHeader(id)?.type ?? 'commit';
  const url = `${call.origin}/api/v1/repos/${encodeURIComponent(call.path['id'] ?? '')}/git/${name.split('/').map(encodeURIComponent).join('/')}`;
  return { ref: name, url, object: { type, sha: id, url: objectUrl(call, type, id) } };
}
