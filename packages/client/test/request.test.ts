import { describe, expect, it } from '@jest/globals';

import { targetOf } from '../src/request.js';
import { FakeServer, json } from './fake-server.js';

describe('a path', () => {
  it('has its values encoded; only paths and refs keep their slashes', () => {
    expect(targetOf('/api/v1/repos/{id}/files/{path}', { id: 'team/app', path: 'a b/ü?.txt' })).toBe('/api/v1/repos/team%2Fapp/files/a%20b/%C3%BC%3F.txt');
    expect(targetOf('/api/v1/repos/{id}/branches/{branch}', { id: 'x', branch: 'topic/y' })).toBe('/api/v1/repos/x/branches/topic%2Fy');
  });

  it('cannot be led to another route', () => {
    for (const path of ['', '.', '..', '../users', 'a/../../b', 'a//b', '/a']) {
      expect(() => targetOf('/api/v1/repos/{id}/files/{path}', { id: 'x', path })).toThrow(expect.objectContaining({ code: 'client-parameter-invalid' }));
    }
    expect(() => targetOf('/api/v1/repos/{id}', { id: '..' })).toThrow(expect.objectContaining({ code: 'client-parameter-invalid' }));
    expect(() => targetOf('/api/v1/repos/{id}', {})).toThrow(expect.objectContaining({ code: 'client-parameter-invalid' }));
  });

  it('has a query without what is not given', () => {
    expect(targetOf('/x', {}, { a: 1, b: undefined, c: true, d: 'ä&' })).toBe('/x?a=1&c=true&d=%C3%A4%26');
  });
});

describe('a list', () => {
  const page = (names: string[], next?: string): Response => json(200, { repositories: names.map((id) => ({ id })), count: names.length },
    next === undefined ? {} : { link: `<https://elsewhere.test/api/v1/repos?limit=1&cursor=${next}>; rel="next", <http://x/?cursor=zero>; rel="first"` });

  it('asks for pages as they are needed, at the server that it is of', async () => {
    const server = new FakeServer([page(['a'], 'one'), page(['b'], 'two'), page(['c'])]);
    const seen: unknown[] = [];
    for await (const { id } of server.client.repos.list({ limit: 1 })) seen.push([id, server.sent.length]);
    expect(seen).toEqual([['a', 1], ['b', 2], ['c', 3]]);
    expect(server.sent.map(({ path }) => path)).toEqual(['/api/v1/repos?limit=1', '/api/v1/repos?limit=1&cursor=one', '/api/v1/repos?limit=1&cursor=two']);
  });

  it('stops where the reader does', async () => {
    const server = new FakeServer([page(['a', 'b'], 'one')]);
    expect((await server.client.repos.list().toArray(2)).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(server.sent).toHaveLength(1);
  });

  it('takes the cursor of the answer where there is no link, and sees a circle', async () => {
    const server = new FakeServer([json(200, { repositories: [], next_cursor: 'x' }), json(200, { repositories: [], next_cursor: 'x' })]);
    await expect(server.client.repos.list().toArray()).rejects.toMatchObject({ code: 'client-answer-invalid' });
  });
});
