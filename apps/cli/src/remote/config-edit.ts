import { addConfigValue, removeConfigSection, renameConfigSection, setConfigValue, unsetConfigValues } from '@govc/core/plumbing';

import { die } from '../failure.js';
import type { Session } from '../session/session.js';

/** The configuration of a repository while it is edited: all edits are written at once, under Git's lock. */
export class ConfigEdit {
  readonly #session: Pick<Session, 'commonFiles'>;
  #bytes: Uint8Array;

  constructor(session: Pick<Session, 'commonFiles'>) {
    this.#session = session;
    this.#bytes = session.commonFiles.find('config') === undefined ? new Uint8Array(0) : session.commonFiles.read('config');
  }

  set(name: string, text: string): this {
    this.#bytes = setConfigValue(this.#bytes, name, text);
    return this;
  }

  add(name: string, text: string): this {
    this.#bytes = addConfigValue(this.#bytes, name, text);
    return this;
  }

  unset(name: string): this {
    this.#bytes = unsetConfigValues(this.#bytes, name) ?? this.#bytes;
    return this;
  }

  removeSection(name: string): this {
    this.#bytes = removeConfigSection(this.#bytes, name) ?? this.#bytes;
    return this;
  }

  renameSection(from: string, to: string): this {
    this.#bytes = renameConfigSection(this.#bytes, from, to) ?? this.#bytes;
    return this;
  }

  /** @throws {Failure} somebody else holds the lock */
  write(): void {
    const { commonFiles } = this.#session;
    if (!commonFiles.createExclusive('config.lock', this.#bytes)) die('could not lock config file .git/config: File exists');
    commonFiles.rename('config.lock', 'config');
  }
}
