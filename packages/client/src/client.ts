import { ApiKeys } from './api-keys.js';
import { Auth } from './auth.js';
import { Branches } from './branches.js';
import { Commits } from './commits.js';
import { Credentials } from './credentials.js';
import { Diffs } from './diffs.js';
import { Events } from './events.js';
import { Files } from './files.js';
import { GitDatabase } from './git-database.js';
import { Merging } from './merging.js';
import { Monitoring } from './monitoring.js';
import { Notes } from './notes.js';
import { readOptions, type GovcClientOptions } from './options.js';
import { Policies } from './policies.js';
import { Realities } from './realities.js';
import { Repos } from './repos.js';
import { Requests } from './requests.js';
import { Roles } from './roles.js';
import { Rules } from './rules.js';
import { Search } from './search.js';
import { Stash } from './stash.js';
import { Tags } from './tags.js';
import { TimeTravel } from './time-travel.js';
import { Transactions } from './transactions.js';
import { Transport } from './transport.js';
import { Users } from './users.js';
import { Webhooks } from './webhooks.js';

/**
 * A govc server, as seen by one user. Each group has the verbs of one noun; what has no verb is there by {@link Requests.request}.
 *
 * @example
 * const client = new GovcClient({ url: 'http://localhost:8080', token });
 * const repository = await client.repos.create({ id: 'team/app' });
 */
export class GovcClient extends Requests {
  readonly auth: Auth;
  readonly repos = new Repos(this);
  readonly files = new Files(this);
  readonly commits = new Commits(this);
  readonly branches = new Branches(this);
  readonly tags = new Tags(this);
  readonly merging = new Merging(this);
  readonly stash = new Stash(this);
  readonly diffs = new Diffs(this);
  readonly search = new Search(this);
  readonly git = new GitDatabase(this);
  readonly notes = new Notes(this);
  readonly transactions = new Transactions(this);
  readonly realities = new Realities(this);
  readonly timeTravel = new TimeTravel(this);
  readonly webhooks = new Webhooks(this);
  readonly policies = new Policies(this);
  readonly rules = new Rules(this);
  readonly users = new Users(this);
  readonly roles = new Roles(this);
  readonly apiKeys = new ApiKeys(this);
  readonly monitoring = new Monitoring(this);
  readonly events: Events;

  /** @throws {GovcApiError} client-option-invalid */
  constructor(options: GovcClientOptions) {
    const credentials = new Credentials(options);
    const transport = new Transport(readOptions(options), credentials);
    super(transport);
    this.auth = new Auth(this, credentials);
    this.events = new Events(this, transport);
  }
}
