import type { QueryOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A file at a time. */
export interface PastFile {
  readonly timestamp: string;
  readonly path: string;
}

/** A repository as it was. Times are by RFC 3339, or seconds since 1970. */
export class TimeTravel {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** Where a branch stood. */
  at(repo: string, timestamp: string, query: QueryOf<'GET', '/api/v1/repos/{id}/time-travel/{timestamp}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/time-travel/{timestamp}', { ...options, params: { id: repo, timestamp }, query });
  }

  /** A file as it was. */
  file(repo: string, { timestamp, path }: PastFile, query: QueryOf<'GET', '/api/v1/repos/{id}/time-travel/{timestamp}/files/{path}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/time-travel/{timestamp}/files/{path}', { ...options, params: { id: repo, timestamp, path }, query });
  }

  /** The top folder as it was. */
  tree(repo: string, timestamp: string, query: QueryOf<'GET', '/api/v1/repos/{id}/time-travel/{timestamp}/tree'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/time-travel/{timestamp}/tree', { ...options, params: { id: repo, timestamp }, query });
  }

  /** The history up to then. */
  log(repo: string, timestamp: string, query: QueryOf<'GET', '/api/v1/repos/{id}/time-travel/{timestamp}/log'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/time-travel/{timestamp}/log', { ...options, params: { id: repo, timestamp }, query });
  }
}
