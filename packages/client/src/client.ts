import { Auth } from './auth.js';
import { Credentials } from './credentials.js';
import { readOptions, type GovcClientOptions } from './options.js';
import { Repos } from './repos.js';
import { Requests } from './requests.js';
import { Transport } from './transport.js';

/**
 * A govc server, as seen by one user.
 *
 * @example
 * const client = new GovcClient({ url: 'http://localhost:8080', token });
 * const repository = await client.repos.create({ id: 'team/app' });
 */
export class GovcClient extends Requests {
  readonly auth: Auth;
  readonly repos: Repos;

  /** @throws {GovcApiError} client-option-invalid */
  constructor(options: GovcClientOptions) {
    const credentials = new Credentials(options);
    super(new Transport(readOptions(options), credentials));
    this.auth = new Auth(this, credentials);
    this.repos = new Repos(this);
  }
}
