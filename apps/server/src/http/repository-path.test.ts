import { describe, expect, it } from '@jest/globals';

import type { Endpoint } from './endpoint.js';
import { repositoryPathRewriter } from './repository-path.js';

const rewrite = repositoryPathRewriter([{ path: '/api/v1/repos/{id}/files/{path*}' }, { path: '/api/v1/repos/{id}/commits' }] as Endpoint[]);

describe('repositoryPathRewriter', () => {
  it.each([
    ['/api/v1/repos/a', '/api/v1/repos/a'],
    ['/api/v1/repos/a/commits?x=/y', '/api/v1/repos/a/commits?x=/y'],
    ['/api/v1/repos/a/b', '/api/v1/repos/a%2Fb'],
    ['/api/v1/repos/a/b/?x=1', '/api/v1/repos/a%2Fb?x=1'],
    ['/api/v1/repos/a/b/c/files/d/files/e', '/api/v1/repos/a%2Fb%2Fc/files/d/files/e'],
    ['/api/v1/repos/files/files/x', '/api/v1/repos/files/files/x'],
    ['/api/v1/repos/a%2Fb/commits', '/api/v1/repos/a%2Fb/commits'],
    ['/a/b/commits', '/a/b/commits'],
  ])('makes of %s %s', (url, expected) => {
    expect(rewrite(url)).toBe(expected);
  });
});
