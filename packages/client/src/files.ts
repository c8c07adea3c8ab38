import type { Listing } from './listing.js';
import type { AnswerOf, BodyOf, QueryOf } from './request.js';
import type { Download, Requests } from './requests.js';
import type { CallOptions, Upload } from './transport.js';

/** A file with its content. */
export type File = AnswerOf<'GET', '/api/v1/repos/{id}/files/{path}'>;

/** A file or folder in a listing. */
export type TreeEntry = AnswerOf<'GET', '/api/v1/repos/{id}/tree'>['entries'][number];

type Commit = BodyOf<'POST', '/api/v1/repos/{id}/commits'>;

/** A change of one file: put, delete, move, edit or chmod. */
export type FileChange = NonNullable<Commit['actions']>[number];

/** A change of a text: of what stands in it once, or of lines. */
export type TextEdit = Extract<FileChange, { readonly action: 'edit' }>['edits'][number];

/** Files of a branch. Paths have slashes; none is `.` or `..`. */
export class Files {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** A file with its content, as text or base64. */
  get(repo: string, path: string, options: CallOptions & QueryOf<'GET', '/api/v1/repos/{id}/files/{path}'> = {}): Promise<File> {
    const { ref, staged, ...call } = options;
    return this.#requests.request('GET', '/api/v1/repos/{id}/files/{path}', { ...call, params: { id: repo, path }, query: { ref, staged } });
  }

  /** The bytes of a file. Part of them: with a header `range`. */
  raw(repo: string, path: string, options: CallOptions & { readonly ref?: string } = {}): Promise<Download> {
    const { ref, ...call } = options;
    return this.#requests.download('GET', '/api/v1/repos/{id}/files/{path}', { ...call, params: { id: repo, path }, query: { ref, raw: true } });
  }

  /** Makes or replaces a file as one commit, where there is a message; else puts it into the stage. */
  put(repo: string, path: string, file: BodyOf<'PUT', '/api/v1/repos/{id}/files/{path}'>, options: CallOptions = {}) {
    return this.#requests.request('PUT', '/api/v1/repos/{id}/files/{path}', { ...options, params: { id: repo, path }, body: file });
  }

  /** As {@link put}, from bytes or a stream of them. */
  upload(repo: string, path: string, bytes: Upload['bytes'], options: CallOptions & QueryOf<'PUT', '/api/v1/repos/{id}/files/{path}'> = {}) {
    const { message, branch, expected_head, mode, ...call } = options;
    const upload = { type: 'application/octet-stream', bytes };
    return this.#requests.request('PUT', '/api/v1/repos/{id}/files/{path}', { ...call, params: { id: repo, path }, query: { message, branch, expected_head, mode }, upload });
  }

  /** Deletes a file as one commit, where there is a message; else in the stage. */
  delete(repo: string, path: string, change: BodyOf<'DELETE', '/api/v1/repos/{id}/files/{path}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('DELETE', '/api/v1/repos/{id}/files/{path}', { ...options, params: { id: repo, path }, body: change });
  }

  /** Moves a file or folder in the stage. As one commit: {@link change}. */
  move(repo: string, move: BodyOf<'POST', '/api/v1/repos/{id}/files/move'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/files/move', { ...options, params: { id: repo }, body: move });
  }

  /** Puts a file into the stage, for the next commit. */
  stage(repo: string, file: BodyOf<'POST', '/api/v1/repos/{id}/files'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/repos/{id}/files', { ...options, params: { id: repo }, body: file });
  }

  /** What the stage has that HEAD has not. */
  status(repo: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/status', { ...options, params: { id: repo } });
  }

  /** What is in a folder; "" is the top. */
  tree(repo: string, path = '', options: CallOptions & QueryOf<'GET', '/api/v1/repos/{id}/tree'> = {}): Listing<TreeEntry, AnswerOf<'GET', '/api/v1/repos/{id}/tree'>> {
    const { ref, recursive, limit, offset, page, cursor, ...call } = options;
    const query = { ref, recursive, limit, offset, page, cursor };
    return path === ''
      ? this.#requests.list('/api/v1/repos/{id}/tree', ({ entries }) => entries, { ...call, params: { id: repo }, query })
      : this.#requests.list('/api/v1/repos/{id}/tree/{path}', ({ entries }) => entries, { ...call, params: { id: repo, path }, query });
  }

  /** Does many changes as one commit, each after those before it. With `expected_head` only if the branch still stands there. */
  change(repo: string, changes: readonly FileChange[], options: CallOptions & Omit<Commit, 'actions' | 'files'>) {
    const { signal, timeoutMs, retries, headers, ...commit } = options;
    const call = { signal, timeoutMs, retries, headers };
    return this.#requests.request('POST', '/api/v1/repos/{id}/commits', { ...call, params: { id: repo }, body: { ...commit, actions: changes } });
  }

  /** Edits a text as one commit. */
  edit(repo: string, path: string, edits: readonly TextEdit[], options: CallOptions & Omit<Commit, 'actions' | 'files'>) {
    return this.change(repo, [{ action: 'edit', path, edits }], options);
  }

  /** Who changed each line last. */
  blame(repo: string, path: string, query: QueryOf<'GET', '/api/v1/repos/{id}/blame/{path}'> = {}, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/repos/{id}/blame/{path}', { ...options, params: { id: repo, path }, query });
  }
}
