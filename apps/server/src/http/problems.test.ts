import { AUTH_ERROR_CODES } from '@govc/auth';
import { CONTAINERS_ERROR_CODES } from '@govc/containers';
import { ERROR_CODES } from '@govc/core';
import { POOL_ERROR_CODES } from '@govc/pool';
import { describe, expect, it } from '@jest/globals';

import { SERVER_ERROR_CODES, ServerError } from '../errors.js';
import { PROBLEMS, problemOf } from './problems.js';

describe('the table of problems', () => {
  it('has exactly the codes of the packages', () => {
    const codes = [ERROR_CODES, AUTH_ERROR_CODES, POOL_ERROR_CODES, CONTAINERS_ERROR_CODES, SERVER_ERROR_CODES].flatMap((table) => Object.keys(table));
    expect(new Set(codes).size).toBe(codes.length);
    expect(Object.keys(PROBLEMS).sort()).toEqual(codes.sort());
  });

  it('gives nothing away of errors that nobody expected', () => {
    expect(problemOf(new Error('secret'))).toEqual({ status: 500, code: 'INTERNAL_ERROR' });
    expect(problemOf(Object.assign(new Error('x'), { code: 'ENOENT' }))).toEqual({ status: 500, code: 'INTERNAL_ERROR' });
    expect(problemOf(Object.assign(new Error('x'), { code: 'constructor' })).status).toBe(500);
    expect(problemOf(new URIError('x'))).toEqual({ status: 400, code: 'INVALID_REQUEST' });
    expect(problemOf(undefined)).toEqual({ status: 500, code: 'INTERNAL_ERROR' });
    expect(problemOf(new ServerError('repository-unknown', 'x'))).toEqual({ status: 404, code: 'REPO_NOT_FOUND' });
  });
});
