import type { AnswerOf, BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** A permission of one user in one repository. */
export interface RepositoryGrant {
  readonly repository: string;
  readonly permission: string;
  /** Default: allow. */
  readonly decision?: 'allow' | 'deny' | undefined;
}

/** A user. */
export type User = AnswerOf<'GET', '/api/v1/users/{user_id}'>;

/** Who may sign in, and what each may do. A user is meant by id or by name. */
export class Users {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All users. */
  list(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/users', options);
  }

  /** Makes a user. */
  create(user: BodyOf<'POST', '/api/v1/users'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/users', { ...options, body: user });
  }

  /** One user. */
  get(user: string, options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/users/{user_id}', { ...options, params: { user_id: user } });
  }

  /** Changes name or address. */
  update(user: string, changes: BodyOf<'PATCH', '/api/v1/users/{user_id}'>, options: CallOptions = {}) {
    return this.#requests.request('PATCH', '/api/v1/users/{user_id}', { ...options, params: { user_id: user }, body: changes });
  }

  /** Deletes a user. */
  async delete(user: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/users/{user_id}', { ...options, params: { user_id: user } });
  }

  /** Lets a user in again. */
  activate(user: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/users/{user_id}/activate', { ...options, params: { user_id: user } });
  }

  /** Lets a user in no more; sessions and keys end. */
  deactivate(user: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/users/{user_id}/deactivate', { ...options, params: { user_id: user } });
  }

  /** Sets a password. */
  async setPassword(user: string, password: BodyOf<'POST', '/api/v1/users/{user_id}/password'>, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('POST', '/api/v1/users/{user_id}/password', { ...options, params: { user_id: user }, body: password });
  }

  /** A token with which the user sets a new password. */
  resetPassword(user: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/users/{user_id}/password/reset', { ...options, params: { user_id: user } });
  }

  /** Gives a role. */
  grantRole(user: string, role: string, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/users/{user_id}/roles/{role_name}', { ...options, params: { user_id: user, role_name: role } });
  }

  /** Takes a role. */
  revokeRole(user: string, role: string, options: CallOptions = {}) {
    return this.#requests.request('DELETE', '/api/v1/users/{user_id}/roles/{role_name}', { ...options, params: { user_id: user, role_name: role } });
  }

  /** Allows or denies something in one repository, whatever the roles say. */
  grant(user: string, grant: RepositoryGrant, options: CallOptions = {}) {
    const { repository, permission, decision } = grant;
    const params = { user_id: user, repo_id: repository, permission };
    return this.#requests.request('POST', '/api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}', { ...options, params, query: { decision } });
  }

  /** Takes such a word back. */
  revoke(user: string, { repository, permission }: Omit<RepositoryGrant, 'decision'>, options: CallOptions = {}) {
    const params = { user_id: user, repo_id: repository, permission };
    return this.#requests.request('DELETE', '/api/v1/users/{user_id}/repos/{repo_id}/permissions/{permission}', { ...options, params });
  }
}
