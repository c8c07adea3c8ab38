import type { BodyOf } from './request.js';
import type { Requests } from './requests.js';
import type { CallOptions } from './transport.js';

/** Sets of permissions under a name. */
export class Roles {
  readonly #requests: Requests;

  constructor(requests: Requests) {
    this.#requests = requests;
  }

  /** All roles. */
  list(options: CallOptions = {}) {
    return this.#requests.request('GET', '/api/v1/roles', options);
  }

  /** Makes a role. */
  create(role: BodyOf<'POST', '/api/v1/roles'>, options: CallOptions = {}) {
    return this.#requests.request('POST', '/api/v1/roles', { ...options, body: role });
  }

  /** Changes a role. */
  update(role: string, changes: BodyOf<'PATCH', '/api/v1/roles/{role_name}'>, options: CallOptions = {}) {
    return this.#requests.request('PATCH', '/api/v1/roles/{role_name}', { ...options, params: { role_name: role }, body: changes });
  }

  /** Deletes a role. */
  async delete(role: string, options: CallOptions = {}): Promise<void> {
    await this.#requests.request('DELETE', '/api/v1/roles/{role_name}', { ...options, params: { role_name: role } });
  }
}
