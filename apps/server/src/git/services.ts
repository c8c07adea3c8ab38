import type { Principal } from '@govc/auth';

import { ServerError } from '../errors.js';
import type { HostedRepository } from '../repositories/repositories.js';

/** Who asks for a service, and by whose rules it is offered. */
export interface ServiceAsker {
  readonly isForeign: boolean;
  readonly principal: Principal | undefined;
}

/** A service of smart HTTP. */
export interface GitService {
  readonly name: 'git-upload-pack' | 'git-receive-pack';
  /** @throws {ServerError} service-disabled */
  mustBeEnabled(hosted: HostedRepository, asker: ServiceAsker): void;
}

const UPLOAD_PACK: GitService = {
  name: 'git-upload-pack',
  mustBeEnabled({ repository }) {
    if (!repository.snapshot.config.getBool('http.uploadpack', true)) throw disabled('upload-pack');
  },
};

const RECEIVE_PACK: GitService = {
  name: 'git-receive-pack',
  mustBeEnabled({ repository }, { isForeign, principal }) {
    // By git-http-backend, who is authenticated may push where nothing is said. Repositories of our own belong to the server's
    // permissions alone.
    const isEnabled = repository.snapshot.config.findBool('http.receivepack') ?? (!isForeign || principal !== undefined);
    if (!isEnabled) throw disabled('receive-pack');
  },
};

/**
 * The service with that name.
 *
 * @throws {ServerError} service-disabled: there is none.
 */
export function serviceOf(name: string): GitService {
  if (name === UPLOAD_PACK.name) return UPLOAD_PACK;
  if (name === RECEIVE_PACK.name) return RECEIVE_PACK;
  throw new ServerError('service-disabled', `Unsupported service: '${name.slice(0, 100)}'`, { service: name.slice(0, 100) });
}

function disabled(service: string): ServerError {
  return new ServerError('service-disabled', `Service not enabled: '${service}'`, { service });
}
