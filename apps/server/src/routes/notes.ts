import { ServerError } from '../errors.js';
import { endpoint, reply, type Call, type Endpoint } from '../http/endpoint.js';
import type { Schema } from '../http/validate.js';
import { changeRepository } from './changes.js';
import { contentBody, fileBytes, type FileBody } from './file-body.js';
import { PAGE_PROPERTIES, pageOf, pageQuery, type PageQuery } from './pages.js';
import { readRepository, type RouteParts } from './parts.js';
import { actorsOf, AUTHOR_PROPERTIES, type AuthorBody } from './people.js';

type NoteBody = AuthorBody & Pick<FileBody, 'content' | 'encoding'> & { readonly mode?: 'create' | 'replace' | 'append' };

interface NotesQuery {
  readonly ref?: string;
}

const REF_QUERY: Readonly<Record<string, Schema>> = {
  ref: { type: 'string', minLength: 1, maxLength: 250, description: 'Which notes: a name below refs/notes/. Default: commits.' },
};

const NOTE: Schema = {
  title: 'Note',
  type: 'object', required: ['object', 'note'],
  properties: {
    object: { type: 'string', description: 'What the note is about.' }, note: { type: 'string', description: 'Its blob; empty where nothing is left of it.' },
    content: { type: 'string' }, encoding: { type: 'string', enum: ['utf-8', 'base64'] }, size: { type: 'integer' },
  },
};

/** Notes about commits and other objects. */
export function noteRoutes(parts: RouteParts): Endpoint[] {
  return [
    endpoint<unknown, PageQuery & NotesQuery>({
      method: 'get', path: '/api/v1/repos/{id}/notes', summary: 'List notes', tag: 'notes', permission: 'repo:read',
      query: { type: 'object', properties: { ...pageQuery(1000), ...REF_QUERY } },
      answers: { 200: { type: 'object', required: ['notes', 'count'], properties: { notes: { type: 'array', items: NOTE }, ...PAGE_PROPERTIES } } },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const page = pageOf(call, repository.notes({ ref: call.query.ref }));
        return { ...reply(200, { notes: page.items.map(({ object, note }) => ({ object, note })), ...page.fields }), headers: page.headers };
      }),
    }),
    endpoint<unknown, NotesQuery>({
      method: 'get', path: '/api/v1/repos/{id}/notes/{object}', summary: 'Get the note about an object', tag: 'notes', permission: 'repo:read',
      query: { type: 'object', properties: REF_QUERY }, answers: { 200: NOTE },
      handle: (call) => readRepository(parts, call, ({ repository }) => {
        const object = repository.resolve(call.path['object'] ?? '');
        const content = repository.note(object, { ref: call.query.ref });
        const found = repository.notes({ ref: call.query.ref }).find((each) => each.object === object);
        if (content === undefined || found === undefined) throw unknownNote(object);
        return reply(200, { object, note: found.note, ...contentBody(content) });
      }),
    }),
    writing(parts, 'put'), writing(parts, 'post'),
    endpoint<AuthorBody, NotesQuery>({
      method: 'delete', path: '/api/v1/repos/{id}/notes/{object}', summary: 'Remove the note about an object', tag: 'notes', permission: 'repo:write',
      query: { type: 'object', properties: REF_QUERY },
      body: { type: 'object', additionalProperties: false, properties: AUTHOR_PROPERTIES }, isBodyOptional: true, answers: { 204: {} },
      handle: (call) => changeRepository(parts, call, {}, {
        work(reality, hosted) {
          reality.removeNotes([call.path['object'] ?? ''], { ref: call.query.ref, ...actorsOf(call, hosted) });
          return { status: 204, body: undefined };
        },
      }),
    }),
  ];
}

/** PUT replaces; POST makes a note where there is none, or as the body says. */
function writing(parts: RouteParts, method: 'put' | 'post'): Endpoint {
  return endpoint<NoteBody, NotesQuery>({
    method, path: '/api/v1/repos/{id}/notes/{object}', tag: 'notes', permission: 'repo:write',
    summary: method === 'put' ? 'Write the note about an object' : 'Make a note about an object, or add to it',
    query: { type: 'object', properties: REF_QUERY },
    body: {
      type: 'object', required: ['content'], additionalProperties: false,
      properties: {
        content: { type: 'string', minLength: 1 }, encoding: { type: 'string', enum: ['utf-8', 'base64'] },
        mode: { type: 'string', enum: ['create', 'replace', 'append'], description: `Default: ${method === 'put' ? 'replace' : 'create'}.` },
        ...AUTHOR_PROPERTIES,
      },
    },
    answers: { [method === 'put' ? 200 : 201]: NOTE },
    handle: (call) => changeRepository(parts, call, {}, {
      work: (reality, hosted) => reply(method === 'put' ? 200 : 201, note(call, method, { reality, hosted })),
    }),
  });
}

function note(call: Call<NoteBody, NotesQuery>, method: 'put' | 'post', { reality, hosted }: {
  readonly reality: Parameters<Parameters<typeof changeRepository>[3]['work']>[0]; readonly hosted: Parameters<Parameters<typeof changeRepository>[3]['work']>[1];
}) {
  const { mode = method === 'put' ? 'replace' : 'create' } = call.body;
  const object = reality.resolve(call.path['object'] ?? '');
  const content = call.body.encoding === 'base64' ? fileBytes(call.body) : call.body.content;
  const options = { ref: call.query.ref, ...actorsOf(call, hosted) };
  const id = mode === 'append' ? reality.appendNote(object, content, options) : reality.addNote(object, content, { ...options, force: mode === 'replace' });
  const written = reality.note(object, { ref: call.query.ref });
  return { object, note: id ?? '', ...(written === undefined ? {} : contentBody(written)) };
}

function unknownNote(object: string): ServerError {
  return new ServerError('note-unknown', `There is no note about ${object}.`, { object });
}
