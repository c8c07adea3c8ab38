import type { TagRef, View } from '@govc/core';
import { parseTag, tagMessageText } from '@govc/core/plumbing';

import { ServerError } from '../errors.js';
import { taggedHeaders } from '../http/conditions.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { SIGNATURE } from './commit-body.js';
import { changeRepository } from './changes.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { identityTime } from './times.js';

interface TagBody {
  readonly name: string;
  readonly target?: string;
  readonly message?: string;
  readonly tagger?: { readonly name: string; readonly email: string };
}

const TAG: Schema = {
  title: 'Tag',
  type: 'object',
  required: ['name', 'commit', 'annotated'],
  properties: {
    name: { type: 'string' },
    commit: { type: 'string', description: 'What the tag stands for in the end.' },
    id: { type: 'string', description: 'What the ref names: the tag object of an annotated tag.' },
    annotated: { type: 'boolean' },
  },
};

/** Tags. */
export function tagRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, PageQuery>({
      method: 'get', path: '/api/v1/repos/{id}/tags', summary: 'List tags', tag: 'tags', permission: 'repo:read',
      query: { type: 'object', properties: pageQuery(10_000) },
      answers: {
        200: {
          type: 'object',
          required: ['tags', 'count'],
          properties: { tags: { type: 'array', items: TAG }, ...PAGE_PROPERTIES },
        },
      },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const page = pageOf(call, repository.tags());
        return { ...reply(200, { tags: page.items.map(tagBody), ...page.fields }), headers: page.headers };
      }),
    }),
    endpoint({
      method: 'get', path: '/api/v1/repos/{id}/tags/{tag*}', summary: 'Get a tag', tag: 'tags', permission: 'repo:read',
      answers: { 200: { ...TAG, title: 'TagDetail', properties: { ...(TAG['properties'] as object), message: { type: 'string' }, tagger: SIGNATURE } } },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const name = call.path['tag'] ?? '';
        const tag = repository.tags().find((each) => each.name === name);
        if (tag === undefined) throw new ServerError('tag-unknown', `There is no tag "${name.slice(0, 200)}".`, { name });
        return { ...reply(200, { ...tagBody(tag), ...annotation(repository, tag) }), headers: taggedHeaders(tag.id) };
      }),
    }),
    endpoint<TagBody>({
      method: 'post', path: '/api/v1/repos/{id}/tags', summary: 'Create a tag', tag: 'tags', permission: 'repo:write',
      body: {
        type: 'object',
        required: ['name'],
        additionalProperties: false,
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 250 },
          target: { type: 'string', minLength: 1, maxLength: 4096, description: 'Branch, tag or commit. Default: HEAD.' },
          message: { type: 'string', maxLength: 1_000_000, description: 'Makes an annotated tag.' },
          tagger: {
            type: 'object',
            required: ['name', 'email'],
            additionalProperties: false,
            properties: { name: { type: 'string', minLength: 1, maxLength: 1000 }, email: { type: 'string', minLength: 1, maxLength: 1000 } },
            description: 'Default: whoever is signed in, else the author of the commit.',
          },
        },
      },
      answers: { 201: { ...TAG, title: 'CreatedTag', properties: { ...(TAG['properties'] as object), status: { const: 'created' } } } },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality) {
          const { name, target = 'HEAD', message } = call.body;
          if (reality.snapshot.refs.has(`refs/tags/${name}`)) {
            throw new ServerError('tag-exists', `The tag "${name}" exists already.`, { name });
          }
          const isAnnotated = message !== undefined && message !== '';
          const tagger = !isAnnotated ? undefined : (taggerOf(call) ?? personOf(reality.commitAt(target).author));
          reality.tag(name, { target, message: isAnnotated ? message : undefined, tagger });
          const tag = reality.tags().find((each) => each.name === name)!;
          return reply(201, { status: 'created', ...tagBody(tag) });
        },
      }),
    }),
    endpoint({
      method: 'delete', path: '/api/v1/repos/{id}/tags/{tag*}', summary: 'Delete a tag', tag: 'tags', permission: 'repo:write',
      answers: { 200: { type: 'object', required: ['status', 'name'], properties: { status: { const: 'deleted' }, name: { type: 'string' } } } },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality) {
          const name = call.path['tag'] ?? '';
          if (!reality.snapshot.refs.has(`refs/tags/${name}`)) {
            throw new ServerError('tag-unknown', `There is no tag "${name.slice(0, 200)}".`, { name });
          }
          reality.deleteTag(name);
          return reply(200, { status: 'deleted', name });
        },
      }),
    }),
  ];
}

function taggerOf({ body, context }: Call<TagBody>): { name: string; email: string } | undefined {
  if (body.tagger !== undefined) return body.tagger;
  const { principal } = context;
  return principal === undefined ? undefined : { name: principal.username, email: principal.email };
}

/** Name and address without the moment, which is now. */
function personOf({ name, email }: { readonly name: string; readonly email: string }): { name: string; email: string } {
  return { name, email };
}

function tagBody({ name, id, target }: TagRef) {
  return { name, commit: target, id, annotated: id !== target };
}

/** What an annotated tag says. */
function annotation({ snapshot }: View, { id }: TagRef) {
  const object = snapshot.objects.find(id);
  if (object?.type !== 'tag') return {};
  const tag = parseTag(object.body, snapshot.algorithm);
  const { tagger } = tag;
  return {
    message: tagMessageText(tag).replace(/\n$/, ''),
    ...(tagger === undefined ? {} : { tagger: { name: tagger.name, email: tagger.email, timestamp: identityTime(tagger) } }),
  };
}
